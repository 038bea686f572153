"""A meter's profile, checked and laid out in parallel lists for polling without allocation.

Quantities have fixed slots: 0..2 phase-to-neutral voltages, 3..5 phase-to-phase, 6..8 currents,
9..11 active powers, 12 frequency; slot // 3 is the group of core/sample.py.
"""

from . import decode
from .common_profile import LARGEST_REGISTER, CommonProfile
from .frame import MAX_READ_REGISTERS

SLOTS = (
    "u_l1n", "u_l2n", "u_l3n", "u_l12", "u_l23", "u_l31", "i_l1", "i_l2", "i_l3",
    "p_l1", "p_l2", "p_l3", "f",
)  # fmt: skip
UNITS = ("mV", "mV", "mA", "W", "mHz")
GROUPS = 5
_KEYS = ("probe", "blocks", "quantities", "sunspec")
_QUANTITY_KEYS = (
    "register", "type", "word_order", "scale_num", "scale_den", "unit", "na", "scale_register",
)  # fmt: skip


MEMBERS = (3, 3, 3, 3, 1)  # slots in each group; group g begins at slot 3 * g


def members(group):
    """Slots of a group."""
    return range(3 * group, 3 * group + MEMBERS[group])


class Block:
    """One read of a poll. `slots` are the quantities in it."""

    def __init__(self, fields):
        fields.only(("function", "first", "count", "every"))
        self.function = fields.integer("function", 3, 4)
        self.first = fields.integer("first", 0, LARGEST_REGISTER)
        self.count = fields.integer("count", 1, MAX_READ_REGISTERS)
        self.every = fields.integer("every", 1, 1000, 1)
        self.slots = []

    def holds(self, register, size):
        return self.first <= register and register + size <= self.first + self.count


class MeterProfile(CommonProfile):
    """`blocks`, and per slot: `offset` in its block (-1 = not measured), `kind_of`, `lsw`, `num`,
    `den`, `negate`, `na` (list of (high, low) patterns), `scale_offset` (of its SunSpec scale
    factor, or -1). `scales`: whether it is a SunSpec map, or has scale factors as one has.
    """

    def __init__(self, fields):
        CommonProfile.__init__(self, fields, _KEYS)
        self.blocks = [Block(part) for part in fields.parts("blocks")]
        count = len(SLOTS)
        self.offset = [-1] * count
        self.kind_of = [0] * count
        self.lsw = [False] * count
        self.num = [1] * count
        self.den = [1] * count
        self.negate = [False] * count
        self.na = [()] * count
        self.scale_offset = [-1] * count
        self.sunspec_model = _sunspec_model(fields)
        quantities = fields.part("quantities")
        quantities.only(SLOTS)
        for slot in range(count):
            if quantities.has(SLOTS[slot]):
                self._add(slot, quantities.part(SLOTS[slot]))
        self.scales = self.sunspec_model > 0 or max(self.scale_offset) >= 0
        self._check_groups(quantities)
        self._set_probe(fields.part("probe"))

    def measures(self, group):
        return self.offset[3 * group] >= 0

    def _add(self, slot, row):
        row.only(_QUANTITY_KEYS)
        kind = decode.TYPES[row.choice("type", sorted(decode.TYPES))]
        size = decode.words_of(kind)
        register = row.integer("register", 0, LARGEST_REGISTER)
        block = self._block_of(row, register, size)
        block.slots.append(slot)
        self.offset[slot] = register - block.first
        self.kind_of[slot] = kind
        if size == 2:
            self.lsw[slot] = row.choice("word_order", ("msw", "lsw")) == "lsw"
        num = row.integer("scale_num", -decode.MAX_SCALE, decode.MAX_SCALE)
        if num == 0:
            row.fail("scale_num", "a number other than 0")
        self.num[slot] = abs(num)
        self.negate[slot] = num < 0
        self.den[slot] = row.integer("scale_den", 1, decode.MAX_SCALE)
        row.choice("unit", (UNITS[slot // 3],))
        highest = 0xFFFF if size == 1 else 0xFFFFFFFF
        self.na[slot] = [(bits >> 16, bits & 0xFFFF) for bits in row.integers("na", 0, highest)]
        if row.has("scale_register"):
            scale = row.integer("scale_register", 0, LARGEST_REGISTER)
            if not block.holds(scale, 1):
                row.fail("scale_register", "a register in the same block as the quantity")
            self.scale_offset[slot] = scale - block.first

    def _block_of(self, row, register, size):
        holding = [block for block in self.blocks if block.holds(register, size)]
        if len(holding) != 1:
            row.fail("register", "registers that lie inside exactly one of the blocks")
        return holding[0]

    def _check_groups(self, quantities):
        if not self.measures(0):
            quantities.fail(
                SLOTS[0], "phase-to-neutral voltages: a meter without them cannot serve the box"
            )
        for group in range(GROUPS):
            present = [slot for slot in members(group) if self.offset[slot] >= 0]
            if present and len(present) < len(members(group)):
                missing = [SLOTS[slot] for slot in members(group) if slot not in present]
                quantities.fail(missing[0], "all three phases, as others of the group are given")

    def _set_probe(self, probe):
        probe.only(("quantity", "low", "high"))
        name = probe.choice("quantity", [SLOTS[i] for i in range(13) if self.offset[i] >= 0])
        self.probe_slot = SLOTS.index(name)
        self.probe_low = probe.integer("low", -decode.LIMIT, decode.LIMIT)
        self.probe_high = probe.integer("high", self.probe_low, decode.LIMIT)


def _sunspec_model(fields):
    """Number of the SunSpec model whose registers count from its own beginning; 0 = plain map."""
    if not fields.has("sunspec"):
        return 0
    part = fields.part("sunspec")
    part.only(("model",))
    return part.integer("model", 1, 65534)
