// Requests and replies over a serial port, one at a time. A frame that gets no answer is sent again;
// the box does not carry a repeated frame out twice within its 5 s.

const TRIES = 3;
const TRY_MS = 1500;
const HEARD_MOST = 40;

/** What a box, or the line to it, has refused. `code`: as in docs/PROTOCOL.md, or "lost". */
class LinkError extends Error {
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

class Link {
  /** port: of Web Serial. onLine(text): what is no reply. onLost(text): the port has gone. */
  constructor(port, onLine, onLost) {
    Object.assign(this, { port, onLine, onLost });
    this.number = Math.floor(Math.random() * 0x10000);
    this.bytes = [];
    this.heard = []; // the last of what came since the last answer
    this.waiting = null;
    this.last = Promise.resolve();
  }

  async open() {
    await this.port.open({ baudRate: 115200 });
    this.writer = this.port.writable.getWriter();
    this.reader = this.port.readable.getReader();
    this.reading = this.read();
  }

  async close() {
    this.closed = true;
    await this.reader.cancel().catch(() => {});
    this.writer.releaseLock();
    await this.port.close().catch(() => {});
  }

  /** Begins after the request before it has ended. */
  request(...words) {
    const answer = this.last.then(() => this.ask(words.join(' '), words[0]));
    this.last = answer.catch(() => {});
    return answer;
  }

  async ask(words, name) {
    this.number = (this.number + 1) & 0xffff;
    const frame = requestFrame(this.number, words);
    const number = this.number.toString(16).padStart(4, '0');
    for (let turn = 0; turn < TRIES; turn += 1) {
      if (this.gone) throw new LinkError('lost', this.gone);
      const awaited = this.await(number);
      await this.writer.write(frame);
      const reply = await awaited;
      if (reply) return this.value(reply, name);
    }
    throw new LinkError('lost', this.gone ?? this.silence());
  }

  silence() {
    const heard = new TextDecoder().decode(Uint8Array.from(this.heard))
      .replace(/[^ -~]/g, '.').trim();
    if (!heard) return 'Nothing answers: is it the right port, and is the box on?';
    return `No Phaseward box answers here, but something else is heard (“${heard}”): is it the `
      + 'right port, and is no other program on it?';
  }

  value(reply, name) {
    if (reply.good) return reply.value;
    const { code, error } = reply.value;
    if (code === 'command') {
      throw new LinkError(code, `The box does not know "${name}": its firmware is older than this `
        + 'page.');
    }
    throw new LinkError(code, error);
  }

  /** The reply of that number, or null where the try is over or the frame came damaged. */
  await(number) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), TRY_MS);
      this.waiting = (reply) => {
        if (reply !== null && reply.number !== number && reply.number !== UNKNOWN) return;
        clearTimeout(timer);
        this.waiting = null;
        resolve(reply && reply.number === number ? reply : null);
      };
    });
  }

  async read() {
    try {
      for (;;) {
        const { value, done } = await this.reader.read();
        if (done) break;
        for (const byte of value) this.take(byte);
      }
    } catch (error) {
      this.cause = error;
    }
    this.reader.releaseLock();
    if (!this.closed) this.lose();
  }

  lose() {
    this.gone = 'The port has gone: was the box unplugged? What is on trial goes back by itself.';
    this.waiting?.(null);
    this.onLost(this.gone);
  }

  take(byte) {
    this.heard = [...this.heard.slice(1 - HEARD_MOST), byte];
    if (byte !== 10) {
      this.bytes.push(byte);
      return;
    }
    const line = Uint8Array.from(this.bytes.filter((one) => one !== 13));
    this.bytes = [];
    const reply = findReply(line);
    if (reply) {
      this.heard = [];
      this.waiting?.(reply);
    } else if (line.length) {
      this.onLine(new TextDecoder().decode(line));
    }
  }
}
