"""Profiles of actuators: named registers with scale and limits, checked.

`value = raw * num / den` in the register's unit. Raw limits are those of the profile.
"""

from . import decode, encode
from .common_profile import LARGEST_REGISTER, CommonProfile

HOLDING, INPUT = 3, 4
_KEYS = ("registers", "write_function")
_TABLES = {"holding": HOLDING, "input": INPUT}
_ROW_KEYS = (
    "table", "register", "type", "word_order", "scale_num", "scale_den", "unit", "meaning",
)  # fmt: skip
_RANGES = {
    decode.INT16: (-32768, 32767),
    decode.UINT16: (0, 65535),
    decode.INT32: (1 - decode.LIMIT, decode.LIMIT - 1),
    decode.UINT32: (0, decode.LIMIT - 1),
    decode.FLOAT32: (-65535, 65535),
}


class Register:
    """A value in `size` registers; read by `function` 3 (holding, can be written) or 4 (input)."""

    def __init__(self, row):
        self.function = _TABLES[row.choice("table", sorted(_TABLES))]
        row.only(_ROW_KEYS + (("low", "high", "default") if self.function == HOLDING else ()))
        self.register = row.integer("register", 0, LARGEST_REGISTER)
        self.kind = decode.TYPES[row.choice("type", sorted(decode.TYPES))]
        self.size = decode.words_of(self.kind)
        self.lsw = self.size == 2 and row.choice("word_order", ("msw", "lsw")) == "lsw"
        self.num = row.integer("scale_num", 1, decode.MAX_SCALE)
        self.den = row.integer("scale_den", 1, decode.MAX_SCALE)
        self.unit = row.text("unit", "")
        self.meaning = row.text("meaning")
        lowest, highest = _RANGES[self.kind]
        self.low, self.high, self.default = lowest, highest, 0
        if self.function == HOLDING:
            self.low = row.integer("low", lowest, highest)
            self.high = row.integer("high", self.low, highest)
            self.default = row.integer("default", self.low, self.high)

    def value(self, first, second=0):
        """Scaled value of the registers' bits as they came, in the register's unit."""
        if self.size == 1:
            return decode.decode(self.kind, 0, first, self.num, self.den)
        if self.lsw:
            first, second = second, first
        return decode.decode(self.kind, first, second, self.num, self.den)

    def counts(self, value):
        """Largest count whose value is not above `value`, kept inside the register's limits."""
        raw = value * self.den // self.num
        return min(max(raw, self.low), self.high)

    def nearest_below(self, value):
        """The largest value the register can hold that is not above `value`, within its limits."""
        if self.kind == decode.FLOAT32:
            return min(max(value, self.lowest()), self.highest())
        return self.counts(value) * self.num // self.den

    def put(self, value, words):
        """The registers' bits for a value that `nearest_below` gave."""
        if self.kind == decode.FLOAT32:
            encode.put_float(value, self.num, self.den, self.lsw, words)
        else:
            encode.put_integer(self.counts(value), self.size, self.lsw, words)

    def lowest(self):
        return self.low * self.num // self.den

    def highest(self):
        return self.high * self.num // self.den


class RegisterProfile(CommonProfile):
    """`registers[name]`, `write_function` 6 or 16 (always 16 for a value in two registers)."""

    def __init__(self, fields, keys, mandatory):
        CommonProfile.__init__(self, fields, _KEYS + keys)
        self.write_function = fields.choice("write_function", (6, 16))
        rows = fields.part("registers")
        self.registers = {name: Register(rows.part(name)) for name in rows.values}
        for name in mandatory:
            if name not in self.registers:
                rows.fail(name, "a register of that name")

    def __getitem__(self, name):
        return self.registers[name]

    def lighten(self):
        for name in self.registers:
            self.registers[name].unit = self.registers[name].meaning = ""
        return CommonProfile.lighten(self)


_STAGE_SET = ("p_l1_set", "p_l2_set", "p_l3_set", "q_l1_set", "q_l2_set", "q_l3_set", "run")
_STAGE_READ = (
    "state", "faults", "p_l1", "p_l2", "p_l3", "q_l1", "q_l2", "q_l3", "i_n", "temperature",
    "rated", "i_max", "i_n_max", "beat",
)  # fmt: skip


class StageProfile(RegisterProfile):
    """`identifier`: what the register of that name reads. Set-points come in one block."""

    def __init__(self, fields):
        names = _STAGE_SET + _STAGE_READ + ("identifier", "map_version", "watchdog")
        RegisterProfile.__init__(self, fields, ("identifier", "sign"), names)
        self.identifier = fields.integer("identifier", 0, 65535)
        rows = fields.part("registers")
        _check_neighbours(self.registers, rows, _STAGE_SET)
        _check_neighbours(self.registers, rows, ("identifier", "map_version") + _STAGE_READ)


def _check_neighbours(registers, rows, names):
    """Those registers must follow each other in one table, so that one frame carries them."""
    first = registers[names[0]]
    for i in range(len(names)):
        register = registers[names[i]]
        if register.size != 1:
            rows.part(names[i]).fail("type", "int16 or uint16")
        if register.register != first.register + i:
            rows.part(names[i]).fail("register", "%d, next to its group" % (first.register + i))
        if register.function != first.function:
            rows.part(names[i]).fail("table", "the table of %s" % names[0])
