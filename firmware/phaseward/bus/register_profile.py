"""Profiles of actuators: named registers with scale and limits, checked.

`value = raw * num / den` in the register's unit. Raw limits are those of the profile.
"""

from . import decode
from .common_profile import LARGEST_REGISTER, CommonProfile

HOLDING, INPUT = 3, 4
_KEYS = ("registers", "write_function")
_TABLES = {"holding": HOLDING, "input": INPUT}
_ROW_KEYS = ("table", "register", "type", "scale_num", "scale_den", "unit", "meaning")
_WALLBOX_SET = ("limit", "watchdog", "failsafe")
_WALLBOX_READ = ("status", "i_l1", "i_l2", "i_l3")
_SETUP_SOURCES = ("watchdog_ms", "failsafe_ma")


class Register:
    """One register of 16 bits. `function` reads it: 3 (holding, can be written) or 4 (input)."""

    def __init__(self, row):
        self.function = _TABLES[row.choice("table", sorted(_TABLES))]
        row.only(_ROW_KEYS + (("low", "high", "default") if self.function == HOLDING else ()))
        self.register = row.integer("register", 0, LARGEST_REGISTER)
        self.kind = decode.TYPES[row.choice("type", ("int16", "uint16"))]
        self.num = row.integer("scale_num", 1, decode.MAX_SCALE)
        self.den = row.integer("scale_den", 1, decode.MAX_SCALE)
        self.unit = row.text("unit", "")
        self.meaning = row.text("meaning")
        lowest, highest = (-32768, 32767) if self.kind == decode.INT16 else (0, 65535)
        self.low, self.high, self.default = lowest, highest, 0
        if self.function == HOLDING:
            self.low = row.integer("low", lowest, highest)
            self.high = row.integer("high", self.low, highest)
            self.default = row.integer("default", self.low, self.high)

    def value(self, raw):
        """Scaled value of the 16 bits `raw`, in the register's unit."""
        return decode.decode(self.kind, 0, raw, self.num, self.den)

    def counts(self, value):
        """Largest count whose value is not above `value`, kept inside the register's limits."""
        raw = value * self.den // self.num
        return min(max(raw, self.low), self.high)


class RegisterProfile(CommonProfile):
    """`registers[name]`, `write_function` 6 or 16."""

    def __init__(self, fields, keys, mandatory):
        super().__init__(fields, _KEYS + keys)
        self.write_function = fields.choice("write_function", (6, 16))
        rows = fields.part("registers")
        self.registers = {name: Register(rows.part(name)) for name in rows.values}
        for name in mandatory:
            if name not in self.registers:
                rows.fail(name, "a register of that name")

    def __getitem__(self, name):
        return self.registers[name]


class WallboxProfile(RegisterProfile):
    """`setup`: list of (register name, raw value or None, name of the setting or None)."""

    def __init__(self, fields):
        keys = ("min_current_ma", "max_current_ma", "setup")
        super().__init__(fields, keys, _WALLBOX_SET + _WALLBOX_READ)
        _check_neighbours(self.registers, fields.part("registers"), _WALLBOX_READ)
        self.min_current_ma = fields.integer("min_current_ma", 1, 100000)
        self.max_current_ma = fields.integer("max_current_ma", self.min_current_ma, 100000)
        self.setup = [self._setup_row(row) for row in fields.parts("setup")]

    def _setup_row(self, row):
        row.only(("register", "value", "from"))
        name = row.choice("register", sorted(self.registers))
        register = self.registers[name]
        if row.has("from"):
            return name, None, row.choice("from", _SETUP_SOURCES)
        return name, row.integer("value", register.low, register.high), None


_STAGE_SET = ("p_l1_set", "p_l2_set", "p_l3_set", "q_l1_set", "q_l2_set", "q_l3_set", "run")
_STAGE_READ = (
    "state", "faults", "p_l1", "p_l2", "p_l3", "q_l1", "q_l2", "q_l3", "i_n", "temperature",
    "rated", "i_max", "i_n_max", "beat",
)  # fmt: skip


class StageProfile(RegisterProfile):
    """`identifier`: what the register of that name reads. Set-points come in one block."""

    def __init__(self, fields):
        names = _STAGE_SET + _STAGE_READ + ("identifier", "map_version", "watchdog")
        super().__init__(fields, ("identifier", "sign"), names)
        self.identifier = fields.integer("identifier", 0, 65535)
        rows = fields.part("registers")
        _check_neighbours(self.registers, rows, _STAGE_SET)
        _check_neighbours(self.registers, rows, ("identifier", "map_version") + _STAGE_READ)


def _check_neighbours(registers, rows, names):
    """Those registers must follow each other in one table, so that one frame carries them."""
    first = registers[names[0]]
    for i in range(len(names)):
        register = registers[names[i]]
        if register.register != first.register + i:
            rows.part(names[i]).fail("register", "%d, next to its group" % (first.register + i))
        if register.function != first.function:
            rows.part(names[i]).fail("table", "the table of %s" % names[0])
