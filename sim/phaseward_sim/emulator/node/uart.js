// The time that a PL011 UART takes, which rp2040js leaves out: it sends at once, is never busy and
// interrupts on each byte. Here a character lasts its bits, both FIFOs hold 32, interrupts come when
// a level is crossed, and the receive timeout after 32 bits of silence (RP2040 datasheet 4.2).

const UARTDR = 0x00;
const UARTIFLS = 0x34;
const INT_RX = 1 << 4;
const INT_TX = 1 << 5;
const INT_RECEIVE_TIMEOUT = 1 << 6;
const FLAG_BUSY = 1 << 3;
const FLAG_RX_EMPTY = 1 << 4;
const FLAG_TX_FULL = 1 << 5;
const FLAG_RX_FULL = 1 << 6;
const FLAG_TX_EMPTY = 1 << 7;
const FIFO = 32;
const LEVELS = [4, 8, 16, 24, 28, 16, 16, 16]; // of UARTIFLS: 1/8, 1/4, 1/2, 3/4, 7/8 of the FIFO
const TIMEOUT_BITS = 32;

export class TimedUart {
  /** onSent(byte): its last stop bit has left. onEmpty(): the transmitter has run empty. */
  constructor(uart, clock, { onSent, onEmpty }) {
    Object.assign(this, { uart, clock, onSent, onEmpty });
    this.sending = null; // the byte on the wire
    this.waiting = []; // the transmit FIFO
    this.arriving = []; // bytes on their way in
    this.levels = 0x12;
    this.overruns = 0;
    this.sentAlarm = clock.createAlarm(() => this.sent());
    this.arrivedAlarm = clock.createAlarm(() => this.arrived());
    this.timeoutAlarm = clock.createAlarm(() => this.timeout());
    this.takeOver();
  }

  /** Puts this model in the place of the emulator's own registers. */
  takeOver() {
    const { uart } = this;
    const self = this;
    const readOther = uart.readUint32.bind(uart);
    const writeOther = uart.writeUint32.bind(uart);
    Object.defineProperty(uart, 'flags', { get: () => this.flags() });
    uart.checkInterrupts = function check() {
      this.rp2040.setInterrupt(this.irq, (this.interruptStatus & this.interruptMask) !== 0);
    };
    uart.readUint32 = (offset) => {
      if (offset === UARTIFLS) return self.levels;
      return offset === UARTDR ? self.pull() : readOther(offset);
    };
    uart.writeUint32 = (offset, value) => {
      if (offset === UARTIFLS) self.levels = value & 0x3f;
      else if (offset === UARTDR) self.push(value & 0xff);
      else writeOther(offset, value);
    };
  }

  get sendLevel() {
    return LEVELS[this.levels & 7];
  }

  get receiveLevel() {
    return LEVELS[(this.levels >> 3) & 7];
  }

  get bitNanos() {
    return 1e9 / (this.uart.baudRate || 115200);
  }

  get charNanos() {
    const line = this.uart.lineCtrlRegister;
    const parity = (line >> 1) & 1;
    const secondStop = (line >> 3) & 1;
    return (2 + this.uart.wordLength + parity + secondStop) * this.bitNanos;
  }

  flags() {
    const { rxFIFO } = this.uart;
    return (
      (rxFIFO.full ? FLAG_RX_FULL : 0) |
      (rxFIFO.empty ? FLAG_RX_EMPTY : 0) |
      (this.waiting.length ? 0 : FLAG_TX_EMPTY) |
      (this.waiting.length >= FIFO ? FLAG_TX_FULL : 0) |
      (this.sending === null ? 0 : FLAG_BUSY)
    );
  }

  raise(bit) {
    this.uart.interruptStatus |= bit;
    this.uart.checkInterrupts();
  }

  clear(bit) {
    this.uart.interruptStatus &= ~bit;
    this.uart.checkInterrupts();
  }

  // Sending.

  push(byte) {
    if (this.sending === null) this.send(byte);
    else if (this.waiting.length < FIFO) this.waiting.push(byte);
    if (this.waiting.length > this.sendLevel) this.clear(INT_TX);
  }

  send(byte) {
    this.sending = byte;
    this.sentAlarm.schedule(this.charNanos);
  }

  sent() {
    this.onSent(this.sending);
    this.sending = null;
    if (!this.waiting.length) {
      this.onEmpty();
      return;
    }
    this.send(this.waiting.shift());
    if (this.waiting.length === this.sendLevel) this.raise(INT_TX);
  }

  // Receiving.

  /** Bytes that begin to arrive now, one behind the other. */
  receive(bytes) {
    const idle = !this.arriving.length;
    for (const byte of bytes) this.arriving.push(byte);
    if (idle && this.arriving.length) this.arrivedAlarm.schedule(this.charNanos);
  }

  arrived() {
    const byte = this.arriving.shift();
    if (byte !== null && this.uart.enabled && this.uart.rxEnabled) this.store(byte);
    if (this.arriving.length) this.arrivedAlarm.schedule(this.charNanos);
  }

  store(byte) {
    const { rxFIFO } = this.uart;
    if (rxFIFO.full) this.overruns += 1;
    else rxFIFO.push(byte);
    if (rxFIFO.itemCount === this.receiveLevel) this.raise(INT_RX);
    this.timeoutAlarm.schedule(TIMEOUT_BITS * this.bitNanos);
  }

  pull() {
    const { rxFIFO } = this.uart;
    const value = rxFIFO.pull();
    if (rxFIFO.itemCount < this.receiveLevel) this.clear(INT_RX);
    if (rxFIFO.empty) this.clear(INT_RECEIVE_TIMEOUT);
    else this.timeoutAlarm.schedule(TIMEOUT_BITS * this.bitNanos);
    return value;
  }

  timeout() {
    if (!this.uart.rxFIFO.empty) this.raise(INT_RECEIVE_TIMEOUT);
  }
}
