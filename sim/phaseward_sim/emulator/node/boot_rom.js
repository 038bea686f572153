// A boot ROM of our own: the tables in which firmware looks up its functions (RP2040 datasheet 2.8.3),
// each function a `bkpt #n; bx lr` that is served here. Nothing of Raspberry Pi's ROM is in it, whose
// float routines are licensed for their own chips.

import { floatTable } from './rom_float.js';

const ROM_WORDS = 4096;
const CODE_AT = 0x100;
const MAGIC_AT = 0x10;
const MAGIC = [0x4d, 0x75, 0x01, 0x02]; // "Mu", 1, version 2
const FUNCTIONS_AT = 0x14;
const DATA_AT = 0x16;
const LOOKUP_AT = 0x18;
const COPYRIGHT_AT = 0x40;
const STACK_TOP = 0x20041f00;
const BKPT = 0xbe00;
const BX_LR = 0x4770;
const SRAM = 0x20000000;
const SRAM_END = 0x20042000;
const FLASH_SEGMENT = 0x10;

const inSram = (address, count) => address >= SRAM && address + count <= SRAM_END;

function population(word) {
  let count = 0;
  for (let rest = word >>> 0; rest; rest &= rest - 1) count += 1;
  return count;
}

function reversed(word) {
  let result = 0;
  for (let i = 0; i < 32; i += 1) result = (result << 1) | ((word >>> i) & 1);
  return result >>> 0;
}

const trailingZeros = (word) => (word ? 31 - Math.clz32(word & -word) : 32);

function fill(machine, r) {
  const [to, value, count] = r;
  const { sram } = machine.chip;
  if (inSram(to, count)) sram.fill(value & 255, to - SRAM, to - SRAM + count);
  else for (let i = 0; i < count; i += 1) machine.chip.core.writeUint8(to + i, value & 255);
}

function copy(machine, r) {
  const [to, from, count] = r;
  const { sram, core } = machine.chip;
  const apart = to <= from || to >= from + count;
  if (inSram(to, count) && inSram(from, count) && apart) {
    sram.copyWithin(to - SRAM, from - SRAM, from - SRAM + count);
  } else if (inSram(to, count) && from >>> 24 === FLASH_SEGMENT) {
    const start = from & 0xffffff;
    sram.set(machine.flash.bytes.subarray(start, start + count), to - SRAM);
  } else {
    for (let i = 0; i < count; i += 1) core.writeUint8(to + i, core.readUint8(from + i));
  }
}

/** Function codes, each [run(registers, core), cycles or cycles(count)]. */
function functions(machine) {
  const nothing = () => {};
  const erase = (r) => machine.pass(machine.flash.erase(r[0], r[1]));
  const program = (r) => {
    const from = r[1];
    const read = (i) => machine.chip.core.readUint8(from + i);
    machine.pass(machine.flash.program(r[0], r[2], read));
  };
  return {
    P3: [(r) => { r[0] = population(r[0]); }, 18],
    R3: [(r) => { r[0] = reversed(r[0]); }, 20],
    L3: [(r) => { r[0] = Math.clz32(r[0]); }, 18],
    T3: [(r) => { r[0] = trailingZeros(r[0]); }, 18],
    MS: [(r) => fill(machine, r), (count) => 20 + count],
    S4: [(r) => fill(machine, r), (count) => 20 + count / 3],
    MC: [(r) => copy(machine, r), (count) => 20 + (5 * count) / 4],
    C4: [(r) => copy(machine, r), (count) => 20 + count / 2],
    IF: [nothing, 100],
    EX: [nothing, 2000],
    FC: [nothing, 100],
    CX: [nothing, 100],
    RE: [erase, 0],
    RP: [program, 0],
    UB: [() => machine.stop('reset to the USB boot loader'), 0],
  };
}

function lookUp(r, core) {
  const code = r[1] & 0xffff;
  for (let at = r[0]; ; at += 4) {
    const found = core.readUint16(at);
    if (found === code || found === 0) {
      r[0] = found ? core.readUint16(at + 2) : 0;
      return;
    }
  }
}

/** Lays code and tables into the ROM, one behind the other. */
class Layout {
  constructor() {
    this.words = new Uint32Array(ROM_WORDS);
    this.halves = new Uint16Array(this.words.buffer);
    this.bytes = new Uint8Array(this.words.buffer);
    this.served = [];
    this.at = CODE_AT;
  }

  /** A function; returns its address with the Thumb bit. */
  code([run, cycles]) {
    const number = this.served.push({ run, cycles }) - 1;
    if (number > 255) throw new Error('the boot ROM has more functions than bkpt can number');
    this.halves[this.at >> 1] = BKPT | number;
    this.halves[(this.at >> 1) + 1] = BX_LR;
    this.at += 4;
    return (this.at - 4) | 1;
  }

  /** A table of words with its length before it; returns its address. */
  table(words) {
    this.at = (this.at + 7) & ~7;
    this.halves[this.at >> 1] = words.length;
    const start = this.at + 4;
    words.forEach((word, i) => { this.words[(start >> 2) + i] = word; });
    this.at = start + 4 * words.length;
    return start;
  }

  /** A list of two-letter codes with their addresses, ended by zero; returns its address. */
  list(addresses) {
    const start = this.at;
    for (const [code, address] of Object.entries(addresses)) {
      this.halves[this.at >> 1] = code.charCodeAt(0) | (code.charCodeAt(1) << 8);
      this.halves[(this.at >> 1) + 1] = address;
      this.at += 4;
    }
    this.at += 4;
    return start;
  }
}

/** {words, serve(number)} for `machine`, which offers chip, flash, pass(nanos), stop(text). */
export function makeBootRom(machine) {
  const rom = new Layout();
  const addresses = Object.entries(functions(machine)).map(([code, f]) => [code, rom.code(f)]);
  const lookup = rom.code([lookUp, 40]);
  const single = floatTable(false).map((f) => rom.code(f));
  const double = floatTable(true).map((f) => rom.code(f));
  const data = { SF: rom.table(single), SD: rom.table(double), CR: COPYRIGHT_AT };
  const fault = rom.code([() => machine.stop('a fault, or a reset into the boot ROM'), 0]);
  rom.words.set([STACK_TOP, fault, fault, fault]);
  rom.bytes.set(MAGIC, MAGIC_AT);
  rom.halves[FUNCTIONS_AT >> 1] = rom.list(Object.fromEntries(addresses));
  rom.halves[DATA_AT >> 1] = rom.list(data);
  rom.halves[LOOKUP_AT >> 1] = lookup;
  return { words: rom.words, serve: (number) => serve(machine, rom.served[number], number) };
}

function serve(machine, served, number) {
  const { core, clkSys } = machine.chip;
  if (!served) {
    machine.stop(`breakpoint ${number} at ${core.PC.toString(16)}`);
    return;
  }
  const count = core.registers[2];
  served.run(core.registers, core);
  const cycles = typeof served.cycles === 'function' ? served.cycles(count) : served.cycles;
  core.cycles += cycles;
  machine.pass((cycles * 1e9) / clkSys);
}
