// The flash chip behind the RP2040: a W25Q16-like 2 MB, erased to ones, programmed by clearing bits.
// rp2040js has none, so writes would be lost. Erase and program arrive as calls of the boot ROM; the
// unique id is read over the SSI. Times are typical ones of the W25Q16JV's data sheet (unverified).

import fs from 'node:fs';

export const FLASH_BYTES = 2 << 20;
const WINDOW_BYTES = 16 << 20; // what the XIP window can address
const SECTOR_BYTES = 4096;
const PAGE_BYTES = 256;
const ERASE_SECTOR_NANOS = 45e6;
const PROGRAM_PAGE_NANOS = 0.4e6;
const SSI_DR0 = 0x60;
const COMMAND_UNIQUE_ID = 0x4b;
const ID_AT = 5; // the command and four dummy bytes go first

/** A power cut in the middle of a flash operation. */
export class PowerCut extends Error {}

export class FlashChip {
  /** id: 8 bytes of the chip's own number. */
  constructor(id) {
    this.bytes = new Uint8Array(WINDOW_BYTES).fill(0xff);
    this.id = id;
    this.operations = 0;
    this.cutAt = null; // the operation during which power fails
  }

  load(file, offset = 0) {
    this.bytes.set(fs.readFileSync(file), offset);
  }

  save(file) {
    fs.writeFileSync(file, this.bytes.subarray(0, FLASH_BYTES));
  }

  /** Erases `count` bytes; returns how long that takes, in ns. */
  erase(offset, count) {
    const cut = this.begins();
    this.bytes.fill(0xff, offset, offset + (cut ? count >> 1 : count));
    if (cut) throw new PowerCut();
    return ERASE_SECTOR_NANOS * Math.ceil(count / SECTOR_BYTES);
  }

  /** Programs `count` bytes that `read(i)` gives; returns how long that takes, in ns. */
  program(offset, count, read) {
    const cut = this.begins();
    const done = cut ? count >> 1 : count;
    for (let i = 0; i < done; i += 1) this.bytes[offset + i] &= read(i);
    if (cut) throw new PowerCut();
    return PROGRAM_PAGE_NANOS * Math.ceil(count / PAGE_BYTES);
  }

  begins() {
    this.operations += 1;
    return this.operations === this.cutAt;
  }

  /** Answers the command for the unique id on the chip's SSI; all else stays rp2040js's. */
  answerOn(ssi) {
    const write = ssi.writeUint32.bind(ssi);
    const read = ssi.readUint32.bind(ssi);
    let at = null; // bytes since the command began
    const answers = [];
    ssi.writeUint32 = (offset, value) => {
      if (offset !== SSI_DR0) {
        at = null;
        answers.length = 0;
        write(offset, value);
        return;
      }
      if (at === null && value === COMMAND_UNIQUE_ID) at = 0;
      if (at === null) write(offset, value);
      else {
        answers.push(at >= ID_AT ? this.id[at - ID_AT] ?? 0 : 0);
        at += 1;
      }
    };
    ssi.readUint32 = (offset) => {
      if (offset !== SSI_DR0 || !answers.length) return read(offset);
      if (answers.length === 1 && at >= ID_AT + this.id.length) at = null;
      return answers.shift();
    };
  }
}
