"""A wallbox's profile: its registers, what to set up, how to show that the box is alive.

The charger must fall back to a known current when the box is silent. Its time and current are
either registers (`watchdog`, `failsafe`, written at the set-up) or fixed by its maker
(`fixed_watchdog_ms`, `fixed_failsafe_ma`); one of each is mandatory.
"""

from .register_profile import RegisterProfile

READ = ("status", "i_l1", "i_l2", "i_l3")
# Where a profile has them, of what a car at the charger is doing: whether it is there, and all the
# charger has ever delivered (Wh).
CABLE, ENERGY = "cable", "energy"
_KEYS = (
    "min_current_ma", "max_current_ma", "setup", "feed", "single_reads", "fixed_watchdog_ms",
    "fixed_failsafe_ma", "no_car", "with_car",
)  # fmt: skip
_SOURCES = ("watchdog_ms", "failsafe_ma")
_LONGEST_MS, _MOST_MA = 3600000, 100000


class Read:
    """One request: `count` registers from `first`; `names[i]` stands at `offsets[i]`."""

    def __init__(self, name, register):
        self.function = register.function
        self.first = register.register
        self.count = register.size
        self.names = [name]
        self.offsets = [0]

    def takes(self, register):
        """Whether a register follows directly, so that one request can bring it too."""
        return (register.function, register.register) == (self.function, self.first + self.count)

    def add(self, name, register):
        self.names.append(name)
        self.offsets.append(self.count)
        self.count += register.size


class WallboxProfile(RegisterProfile):
    """`setup`, `feed`: lists of (register name, raw value or None, name of the setting or None).

    setup : written after each loss of contact; feed : written at every round, as a sign of life
    reads : the requests that bring status and currents
    car_reads : those that bring besides what a car is doing; only asked where somebody wants it
    no_car, with_car : values of `car_register` that say so for sure
    """

    def __init__(self, fields):
        RegisterProfile.__init__(self, fields, _KEYS, ("limit",) + READ)
        self.min_current_ma = fields.integer("min_current_ma", 1, _MOST_MA)
        self.max_current_ma = fields.integer("max_current_ma", self.min_current_ma, _MOST_MA)
        self.fixed_watchdog_ms = self._fixed(fields, "watchdog", "fixed_watchdog_ms", _LONGEST_MS)
        self.fixed_failsafe_ma = self._fixed(fields, "failsafe", "fixed_failsafe_ma", _MOST_MA)
        self.setup = self._rows(fields.parts("setup"))
        self.feed = self._rows(fields.parts("feed")) if fields.has("feed") else []
        single = fields.choice("single_reads", (True, False), False)
        self.reads = self._reads(READ, single)
        self.no_car = self._codes(fields, "no_car")
        self.with_car = self._codes(fields, "with_car")
        self.car_register = CABLE if CABLE in self.registers else "status"
        extra = [name for name in (CABLE, ENERGY) if name in self.registers]
        self.car_reads = self._reads(tuple(extra), single) if self.tells_of_cars() else []

    def lighten(self):
        names = ("limit", "watchdog", "failsafe", CABLE, ENERGY) + READ
        names += tuple([name for name, _, _ in self.setup + self.feed])
        self.registers = {name: self.registers[name] for name in names if name in self.registers}
        return RegisterProfile.lighten(self)

    def tells_of_cars(self):
        """Whether it can be known if a car is there, and what it has got."""
        return ENERGY in self.registers

    def longest_watchdog_ms(self):
        """The longest silence the charger can be told to bear, or bears by itself."""
        if self.fixed_watchdog_ms is not None:
            return self.fixed_watchdog_ms
        return self.registers["watchdog"].highest()

    def _fixed(self, fields, register, key, most):
        """The maker's value; None where it is a register."""
        if register in self.registers:
            return None
        if not fields.has(key):
            fields.part("registers").fail(register, "a register of that name, or else %s" % key)
        return fields.integer(key, 0, most)

    def _codes(self, fields, key):
        """Values of `car_register`; needed with a register `energy`, and useless without."""
        if ENERGY not in self.registers:
            if fields.has(key):
                fields.part("registers").fail(ENERGY, "a register of that name, or no %s" % key)
            return ()
        codes = fields.integers(key, 0, 65535)
        if not codes:
            fields.fail(key, "an integer 0..65535 or a list of them")
        return codes

    def _reads(self, names, single):
        return _reads([(name, self.registers[name]) for name in names], single)

    def _rows(self, parts):
        return [self._row(row) for row in parts]

    def _row(self, row):
        row.only(("register", "value", "from"))
        name = row.choice("register", sorted(self.registers))
        register = self.registers[name]
        if register.size != 1:
            row.fail("register", "a register of 16 bits")
        if row.has("from"):
            return name, None, row.choice("from", _SOURCES)
        return name, row.integer("value", register.low, register.high), None


def _reads(rows, single):
    reads = []
    for name, register in rows:
        if reads and not single and reads[-1].takes(register):
            reads[-1].add(name, register)
        else:
            reads.append(Read(name, register))
    return reads
