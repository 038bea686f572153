// An RP2040 that runs an image in virtual time, on rp2040js and what it leaves out: UART time, a flash
// chip, the watchdog's reset, pads' pull-ups, a USB console that lets the core sleep, a boot ROM.
// No wall clock and no chance is read here: the same inputs give the same run.
// Left out still: cache misses of the flash (cycle counts are approximate), core 1, entropy.

import { makeBootRom } from './boot_rom.js';
import { FlashChip, PowerCut } from './flash.js';
import { TimedUart } from './uart.js';

const FLASH_BASE = 0x10000000;
const WATCHDOG_AT = 0x40058;
const POWER_STATE_AT = 0x40010;
const POWER_FORCE_OFF = 4;
const CORE1 = 1 << 16;
const FIFO_STATUS = 0x50;
const FIFO_WRITE = 0x54;
const FIFO_READ = 0x58;
const USB_PACKET = 64;
const UARTS = 2;

export class Machine {
  /**
   * emulator: the module rp2040js. id: 8 bytes, the flash chip's number.
   * listener: onSent(uart, byte), onEmpty(uart), onPin(pin, level), onPrinted(bytes),
   * onReset(reason).
   */
  constructor(emulator, id, listener) {
    this.emulator = emulator;
    this.listener = listener;
    this.flash = new FlashChip(id);
    this.rom = makeBootRom(this);
    this.inputs = new Map(); // pin -> level driven from outside
    this.typed = [];
    this.pastNanos = 0; // before the last reset; whole, so that adding it to a far clock rounds nothing
    this.idleNanos = 0;
    this.hungUntil = 0;
    this.instructions = 0;
    this.stopped = null;
    this.pause = false;
  }

  get nanos() {
    return this.pastNanos + this.clock.nanos;
  }

  stop(text) {
    this.stopped = text;
  }

  /** Time passes in which the core does nothing. */
  pass(nanos) {
    if (nanos) this.clock.tick(nanos);
  }

  /** Power on, or a reset: RAM and peripherals anew; flash, inputs and watchdog scratch stay. */
  boot(reason = 0, scratch = null) {
    const { RP2040, ConsoleLogger, LogLevel } = this.emulator;
    this.chip = new RP2040();
    this.clock = this.chip.clock;
    this.hungUntil = 0;
    this.chip.logger = new ConsoleLogger(LogLevel.Error, false);
    this.chip.loadBootrom(this.rom.words);
    this.chip.onBreak = (number) => this.rom.serve(number);
    this.attachFlash();
    this.attachWatchdog(reason, scratch);
    this.attachUarts();
    this.denyCore1();
    this.chip.gpio.forEach((pad, pin) => this.attachPad(pad, pin));
    this.attachConsole();
    this.chip.core.PC = FLASH_BASE;
  }

  attachFlash() {
    const { chip, flash } = this;
    chip.flash = flash.bytes;
    chip.flash16 = new Uint16Array(flash.bytes.buffer);
    chip.flashView = new DataView(flash.bytes.buffer);
    chip.core.attachMemory?.();
    flash.answerOn(chip.peripherals[0x18000]);
  }

  attachWatchdog(reason, scratch) {
    const watchdog = this.chip.peripherals[WATCHDOG_AT];
    this.pendingReset = null;
    watchdog.reason = reason;
    if (scratch) watchdog.scratchData.set(scratch);
    watchdog.onWatchdogTrigger = () => {
      watchdog.alarm.enable = false; // else it would come again at once, for ever
      this.pendingReset = { reason: watchdog.reason, scratch: watchdog.scratchData };
    };
  }

  attachUarts() {
    this.uarts = [];
    for (let i = 0; i < UARTS; i += 1) {
      this.uarts.push(new TimedUart(this.chip.uart[i], this.clock, {
        onSent: (byte) => this.listener.onSent(i, byte),
        onEmpty: () => this.listener.onEmpty(i),
      }));
    }
  }

  /** Core 1 only says that it is there, which a soft reset waits for; to start it is an error. */
  denyCore1() {
    const { sio } = this.chip;
    const power = this.chip.peripherals[POWER_STATE_AT];
    const [read, write, force] = [
      sio.readUint32.bind(sio), sio.writeUint32.bind(sio), power.writeUint32.bind(power),
    ];
    let off = false;
    let greets = false;
    power.writeUint32 = (offset, value) => {
      if (offset === POWER_FORCE_OFF) {
        const wasOff = off;
        off = (value & CORE1) !== 0;
        if (wasOff && !off) greets = true;
      }
      force(offset, value);
    };
    sio.readUint32 = (offset) => {
      if (offset === FIFO_STATUS) return greets ? 3 : 2;
      if (offset !== FIFO_READ) return read(offset);
      greets = false;
      return 0;
    };
    sio.writeUint32 = (offset, value) => {
      if (offset === FIFO_WRITE) this.stop('the image starts core 1, which is not emulated');
      else if (offset < FIFO_STATUS || offset > FIFO_READ) write(offset, value);
    };
  }

  /** A pad shows what the chip drives, else what drives it from outside, else its pull-up. */
  attachPad(pad, pin) {
    const outside = () => this.inputs.get(pin);
    Object.defineProperty(pad, 'rawInputValue', {
      get: () => (pad.outputEnable ? pad.outputValue : (outside() ?? pad.pullupEnabled)),
      set: () => {},
    });
    pad.refreshInput = () => pad.setInputValue(pad.rawInputValue);
    pad.addListener(() => this.listener.onPin(pin, this.level(pin)));
    if (outside() !== undefined) pad.setInputValue(outside());
  }

  attachConsole() {
    const { usbCtrl } = this.chip;
    const serial = new this.emulator.USBCDC(usbCtrl);
    this.wanted = null;
    this.typed = []; // the port goes away with the chip: what it had not taken is lost
    serial.onSerialData = (bytes) => this.listener.onPrinted(bytes);
    // rp2040js would answer an idle endpoint with empty packets for ever: answer when there is data.
    usbCtrl.onEndpointRead = (endpoint, size) => {
      if (endpoint !== serial.outEndpoint) return;
      this.wanted = { endpoint, size: Math.min(size, USB_PACKET) };
      this.deliverTyped();
    };
  }

  deliverTyped() {
    if (this.wanted === null || !this.typed.length) return;
    const { endpoint, size } = this.wanted;
    this.wanted = null;
    const packet = Uint8Array.from(this.typed.splice(0, size));
    this.chip.usbCtrl.endpointReadDone(endpoint, packet);
  }

  type(bytes) {
    for (const byte of bytes) this.typed.push(byte);
    this.deliverTyped();
  }

  setInput(pin, level) {
    this.inputs.set(pin, level);
    this.chip.gpio[pin].setInputValue(level);
  }

  /** 1 or 0 where the chip drives the pin, else null. */
  level(pin) {
    const { High, Low } = this.emulator.GPIOPinState;
    const { value } = this.chip.gpio[pin];
    if (value === High) return 1;
    return value === Low ? 0 : null;
  }

  /** Before anything has run: the chip has been on for so long already, by its own timer. */
  startAt(nanos) {
    this.clock.nanosCounter = nanos;
    this.pastNanos = -nanos;
  }

  /** The core stands still, as in a program that hangs; time goes on, until the watchdog's reset. */
  hang(nanos) {
    this.hungUntil = this.clock.nanosCounter + nanos;
  }

  reset() {
    const { reason, scratch } = this.pendingReset;
    this.pastNanos = Math.ceil(this.pastNanos + this.clock.nanos);
    this.boot(reason, scratch);
    this.listener.onReset(reason);
  }

  /** Runs to `nanos` since power-on, or until `pause` or `stopped`. A sleeping core costs nothing. */
  runTo(nanos) {
    try {
      while (this.nanos < nanos && !this.stopped && !this.pause) {
        // Whole: a fraction would be rounded off a clock that has been on for an hour, and the end
        // of this run never be reached.
        this.runChip(Math.ceil(nanos) - this.pastNanos);
        if (this.pendingReset) this.reset();
      }
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.stop('power cut');
    }
  }

  runChip(end) {
    const { chip, clock } = this;
    const { core } = chip;
    let cycleNanos = 1e9 / chip.clkSys;
    let count = 0;
    while (clock.nanosCounter < end && !this.pendingReset && !this.stopped && !this.pause) {
      if (core.waiting) {
        this.sleep(end);
        continue;
      }
      if (clock.nanosCounter < this.hungUntil) {
        this.sleep(Math.min(end, this.hungUntil));
        continue;
      }
      const passed = core.executeInstruction() * cycleNanos;
      const now = clock.nanosCounter + passed;
      count += 1;
      if (clock.nextAlarm !== null && clock.nextAlarm.nanos <= now) {
        clock.tick(passed);
        cycleNanos = 1e9 / chip.clkSys;
      } else clock.nanosCounter = now;
      if ((count & 0xfff) === 0) cycleNanos = 1e9 / chip.clkSys;
    }
    this.instructions += count;
  }

  sleep(end) {
    const { clock } = this;
    const next = clock.nextAlarm ? clock.nextAlarm.nanos : Infinity;
    const pause = Math.min(next, end) - clock.nanosCounter;
    this.idleNanos += pause;
    clock.tick(pause);
  }
}
