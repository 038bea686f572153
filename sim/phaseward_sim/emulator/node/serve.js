// Lockstep server for one control box: one JSON object per line in, one per line out. Virtual time
// moves only inside a request, so a run is exact and repeatable.
//
//   node serve.js RP2040JS OPTIONS.json
// OPTIONS: image, storage, rom (files, or null), storageAt, romAt (bytes), id (hex of 8 bytes), driverEnable and
//   uart (numbers), follow ({"read-back pin": [relay pin, ms]}), onForUs (what its timer shows at
//   the start; 0 where it is missing).
// Request: {to_us, receive: [[t_us, hex], …], type: text, inputs: {pin: 0|1|null}, stuck: {pin: 0|1|null},
//   save: file, cut_at: flash operation from now, hang_us: the core stands
//   still for so long, peek: [address, count] of RAM}; all optional.
//   receive: bytes that begin to arrive on the bus at t_us. A byte that comes while the box's own
//   driver is on the line is lost, as on a half-duplex transceiver.
// Reply: {t_us, idle_us, instructions, flash_ops, overruns, stopped, events, peeked (hex)}
//   events: [t_us, "sent", start_us, hex]   what the bus has heard; ends the run
//           [t_us, "pin", pin, 0|1|null]  [t_us, "printed", text]  [t_us, "reset", reason]
//   t_us of an event is when it was over, in us since power-on, to the nearest 0.01 us.

import fs from 'node:fs';
import readline from 'node:readline';
import { Machine } from './machine.js';

const SRAM = 0x20000000;
const [emulatorPath, optionsPath] = process.argv.slice(2);
const options = JSON.parse(fs.readFileSync(optionsPath, 'utf8'));
const emulator = await import(emulatorPath);

class Box {
  constructor() {
    this.events = [];
    this.sending = [];
    this.sendingSince = 0;
    this.due = []; // what happens outside at a time: [us, action], ascending
    this.stuck = new Map();
    this.machine = new Machine(emulator, Buffer.from(options.id, 'hex'), this);
    this.machine.flash.load(options.image);
    if (options.storage) this.machine.flash.load(options.storage, options.storageAt);
    if (options.rom) this.machine.flash.load(options.rom, options.romAt);
    this.machine.boot();
    if (options.onForUs) this.machine.startAt(options.onForUs * 1000);
  }

  get nowUs() {
    return Math.round(this.machine.nanos / 10) / 100;
  }

  /** Whether that time has come, without the rounding of nowUs. */
  reached(us) {
    return this.machine.nanos >= us * 1000;
  }

  tell(...event) {
    this.events.push([this.nowUs, ...event]);
  }

  get drives() {
    return this.machine.level(options.driverEnable) === 1;
  }

  // What the machine tells.

  onSent(uart, byte) {
    if (uart !== options.uart || !this.drives) return;
    if (!this.sending.length) {
      this.sendingSince = this.nowUs - this.machine.uarts[uart].charNanos / 1000;
    }
    this.sending.push(byte);
  }

  onEmpty(uart) {
    if (uart !== options.uart || !this.sending.length) return;
    this.tell('sent', this.sendingSince, Buffer.from(this.sending).toString('hex'));
    this.sending = [];
    this.machine.pause = true;
  }

  onPin(pin, level) {
    this.tell('pin', pin, level);
    for (const [back, [relay, ms]] of Object.entries(options.follow)) {
      if (relay === pin) this.at(this.nowUs + 1000 * ms, () => this.follow(Number(back), level));
    }
  }

  onPrinted(bytes) {
    this.tell('printed', Buffer.from(bytes).toString('latin1'));
  }

  onReset(reason) {
    this.sending = [];
    this.tell('reset', reason);
  }

  // What happens outside.

  at(us, action) {
    const place = this.due.findIndex(([other]) => other > us);
    this.due.splice(place < 0 ? this.due.length : place, 0, [us, action]);
    this.machine.pause = true; // the run's next stop may be this
  }

  follow(pin, level) {
    this.machine.setInput(pin, this.stuck.get(pin) ?? level === 1);
  }

  arrive(bytes) {
    // The receiver hears nothing while the driver is on: null takes the time of a byte.
    const heard = this.drives ? bytes.map(() => null) : bytes;
    this.machine.uarts[options.uart].receive(heard);
  }

  take(request) {
    for (const [us, hex] of request.receive ?? []) {
      this.at(us, () => this.arrive([...Buffer.from(hex, 'hex')]));
    }
    for (const [pin, level] of Object.entries(request.stuck ?? {})) {
      if (level === null) this.stuck.delete(Number(pin));
      else this.stuck.set(Number(pin), level === 1);
      this.follow(Number(pin), this.machine.level(options.follow[pin][0]));
    }
    for (const [pin, level] of Object.entries(request.inputs ?? {})) {
      this.machine.setInput(Number(pin), level === null ? undefined : level === 1);
    }
    if (request.type) this.machine.type(Buffer.from(request.type, 'latin1'));
    if (request.hang_us) this.machine.hang(request.hang_us * 1000);
    if (request.cut_at) this.machine.flash.cutAt = this.machine.flash.operations + request.cut_at;
  }

  /** Runs to `us`, doing on the way what is due; stops early after a request was sent. */
  run(us) {
    const { machine } = this;
    for (;;) {
      while (this.due.length && this.reached(this.due[0][0])) this.due.shift()[1]();
      const next = Math.min(us, this.due.length ? this.due[0][0] : Infinity);
      machine.pause = false;
      machine.runTo(next * 1000);
      const asked = this.events.length && this.events.at(-1)[1] === 'sent';
      if (machine.stopped || asked || this.reached(us)) return;
    }
  }

  reply() {
    const { machine } = this;
    const reply = {
      t_us: this.nowUs,
      idle_us: Math.round(machine.idleNanos / 1e3),
      instructions: machine.instructions,
      flash_ops: machine.flash.operations,
      overruns: machine.uarts[options.uart].overruns,
      stopped: machine.stopped,
      events: this.events,
    };
    this.events = [];
    return reply;
  }
}

function peek(machine, [address, count]) {
  const start = address - SRAM;
  return Buffer.from(machine.chip.sram.subarray(start, start + count)).toString('hex');
}

const box = new Box();
for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  box.take(request);
  if (request.to_us !== undefined) box.run(request.to_us);
  if (request.save) box.machine.flash.save(request.save);
  const reply = box.reply();
  if (request.peek) reply.peeked = peek(box.machine, request.peek);
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
