// Frames of the tool protocol (docs/PROTOCOL.md): a request's line, and the reply in a line.
'use strict';

const UNKNOWN = '----';
const LONGEST_REQUEST = 512;

/** CRC-16 of Modbus RTU over bytes, as 4 hex digits. */
function checksum(bytes) {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc.toString(16).padStart(4, '0');
}

/** The bytes of a request, with line ends before and behind it. */
function requestFrame(number, words) {
  const body = `>${number.toString(16).padStart(4, '0')} ${words}`;
  const frame = `${body}*${checksum(new TextEncoder().encode(body))}`;
  if (frame.length > LONGEST_REQUEST) throw new Error(`request of ${frame.length} bytes`);
  return new TextEncoder().encode(`\n${frame}\n`);
}

/** {number, good, value} of the reply in a line, also behind noise; null where there is none. */
function findReply(line) {
  for (let start = line.indexOf(60); start >= 0; start = line.indexOf(60, start + 1)) {
    const reply = parseReply(line.slice(start));
    if (reply) return reply;
  }
  return null;
}

function parseReply(bytes) {
  const end = bytes.length - 5;
  if (end < 8 || bytes[end] !== 42) return null;
  const body = bytes.slice(0, end);
  const decoder = new TextDecoder();
  if (decoder.decode(bytes.slice(end + 1)) !== checksum(body)) return null;
  const text = decoder.decode(body);
  try {
    return { number: text.slice(1, 5), good: text[6] === '+', value: JSON.parse(text.slice(7)) };
  } catch {
    return null;
  }
}
