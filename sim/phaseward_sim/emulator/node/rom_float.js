// The float routines of the RP2040's boot ROM, single and double (datasheet 2.8.3.2), in JavaScript.
// As there: denormals count as zero, and NaN as infinity.

const bits = new DataView(new ArrayBuffer(8));
const BIAS_ALL_ONES = { single: 255, double: 2047 };
const I63 = 1n << 63n;
const U64 = (1n << 64n) - 1n;

function fromSingle(word) {
  const sign = word >>> 31 ? -1 : 1;
  const exponent = (word >>> 23) & 255;
  if (exponent === 0) return sign * 0;
  if (exponent === BIAS_ALL_ONES.single) return sign * Infinity;
  bits.setUint32(0, word >>> 0);
  return bits.getFloat32(0);
}

function toSingle(value) {
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  if (Number.isNaN(value)) return 0x7fc00000;
  return (word & 0x7f800000) === 0 ? word & 0x80000000 : word;
}

function fromDouble(low, high) {
  const sign = high >>> 31 ? -1 : 1;
  const exponent = (high >>> 20) & 2047;
  if (exponent === 0) return sign * 0;
  if (exponent === BIAS_ALL_ONES.double) return sign * Infinity;
  bits.setUint32(0, high >>> 0);
  bits.setUint32(4, low >>> 0);
  return bits.getFloat64(0);
}

function storeDouble(r, value) {
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const tiny = (high & 0x7ff00000) === 0;
  r[0] = tiny ? 0 : bits.getUint32(4);
  r[1] = tiny ? high & 0x80000000 : high;
}

const SINGLE = {
  first: (r) => fromSingle(r[0]),
  second: (r) => fromSingle(r[1]),
  store: (r, value) => { r[0] = toSingle(value); },
  places: 1, // the register of a second argument that is an integer
};
const DOUBLE = {
  first: (r) => fromDouble(r[0], r[1]),
  second: (r) => fromDouble(r[2], r[3]),
  store: storeDouble,
  places: 2,
};

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const power = (exponent) => 2 ** (exponent | 0);
const negative = (value) => value < 0 || Object.is(value, -0);

/** Where IEEE says NaN the ROM says infinity. */
function noNaN(value, x, y) {
  if (!Number.isNaN(value)) return value;
  return negative(x) !== negative(y) ? -Infinity : Infinity;
}

function floorBig(value, low, high) {
  if (value === Infinity) return high;
  if (value === -Infinity) return low;
  const whole = BigInt(Math.floor(value));
  if (whole < low) return low;
  return whole > high ? high : whole;
}

function store64(r, value) {
  const word = BigInt.asUintN(64, value);
  r[0] = Number(word & 0xffffffffn);
  r[1] = Number(word >> 32n);
}

function load64(r, signed) {
  const word = (BigInt(r[1]) << 32n) | BigInt(r[0]);
  return signed ? BigInt.asIntN(64, word) : word;
}

/** A number that rounds to the nearest single in one step: what Number() would drop stays sticky. */
function stickyNumber(value) {
  const size = value < 0n ? -value : value;
  const spare = BigInt(Math.max(0, size.toString(2).length - 53));
  let kept = size >> spare;
  if (size & ((1n << spare) - 1n)) kept |= 1n;
  return (value < 0n ? -1 : 1) * Number(kept << spare);
}

const compare = (x, y) => (x < y ? -1 : x > y ? 1 : 0);

function compareFlags(core, x, y) {
  core.Z = x === y;
  core.N = x < y;
  core.C = !(x < y);
  core.V = false;
}

function widen(r) {
  storeDouble(r, fromSingle(r[0]));
}

function narrow(r) {
  r[0] = toSingle(fromDouble(r[0], r[1]));
}

/**
 * The routines in the order of the ROM's table, each [run(registers, core), cycles].
 * Cycles are those of the datasheet where it gives them, else estimates.
 */
export function floatTable(isDouble) {
  const { first, second, store, places } = isDouble ? DOUBLE : SINGLE;
  const of = (single, double) => (isDouble ? double : single);
  const one = (f, cycles) => [(r) => store(r, f(first(r))), cycles];
  const two = (f, cycles) => [(r) => store(r, f(first(r), second(r))), cycles];
  const toInt = (low, high, fixed) => [
    (r) => { r[0] = clamp(Math.floor(first(r) * (fixed ? power(r[places]) : 1)), low, high); }, 37,
  ];
  const toBig = (low, high, fixed) => [
    (r) => store64(r, floorBig(first(r) * (fixed ? power(r[places]) : 1), low, high)), 60,
  ];
  const ofInt = (read, fixed) => [
    (r) => store(r, read(r[0]) / (fixed ? power(r[1]) : 1)), 55,
  ];
  const ofBig = (signed) => [
    (r) => store(r, isDouble ? Number(load64(r, signed)) : stickyNumber(load64(r, signed))), 60,
  ];
  const ofBigFixed = (signed) => [
    (r) => store(r, Number(load64(r, signed)) / power(r[2])), 60,
  ];
  const ordering = [(r) => { r[0] = compare(first(r), second(r)); }, 28];
  const signed = (word) => word | 0;
  const unsigned = (word) => word >>> 0;
  const I31 = 2 ** 31;
  return [
    two((x, y) => x + y, of(71, 91)),
    two((x, y) => x - y, of(74, 95)),
    two((x, y) => noNaN(x * y, x, y), of(69, 155)),
    two((x, y) => noNaN(x / y, x, y), of(71, 183)),
    ordering,
    [(r, core) => compareFlags(core, first(r), second(r)), 28],
    one(Math.sqrt, of(63, 169)),
    toInt(-I31, I31 - 1, false), toInt(-I31, I31 - 1, true),
    toInt(0, 2 * I31 - 1, false), toInt(0, 2 * I31 - 1, true),
    ofInt(signed, false), ofInt(signed, true), ofInt(unsigned, false), ofInt(unsigned, true),
    one(Math.cos, 593), one(Math.sin, 577), one(Math.tan, 653), one(Math.sin, 700),
    one(Math.exp, 542), one(Math.log, 810),
    ordering,
    two(Math.atan2, 599),
    ofBig(true), ofBigFixed(true), ofBig(false), ofBigFixed(false),
    toBig(-I63, I63 - 1n, false), toBig(-I63, I63 - 1n, true),
    toBig(0n, U64, false), toBig(0n, U64, true),
    [isDouble ? narrow : widen, 40],
  ];
}
