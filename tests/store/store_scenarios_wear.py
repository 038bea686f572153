"""What a day costs the flash: every program and erase counted, on littlefs with 4 KB blocks.

The box's own records (history, counters, log, 10-minute means) over a file system of the RP2040
port's size. One virtual day is 1440 minutes; `keep` and `observe` are called once a minute.
"""

from flash import Flash
from power import Power, formatted

from phaseward.app.records import Records
from phaseward.core.box import Box
from phaseward.core.decision import MAX_LOADS, Decision
from phaseward.core.sample import Sample
from phaseward.store import log, segments, slots
from phaseward.store.parameters import defaults

MODULES = (slots, segments, log)
RP2040_BLOCKS = 160  # 640 KB of the 2 MB (boards/PHASEWARD_RP2040/mpconfigboard.h)
CYCLES = 100_000  # erase cycles a block endures (W25Q16JV data sheet [M])
DAY_MIN = 1440
SAVE_MIN = 60
YEARS = 10


class Day:
    """Runs days of a box's records and counts. `blocked(minute, load)`: 1 where held back."""

    def __init__(self, flash, blocked):
        self._flash = flash
        self._blocked = blocked
        self.writes = 0

    def run(self, days):
        with Power(self._flash, MODULES) as folder:
            box = Box(1)
            box.configure(defaults())
            self._records = Records(folder, box, 1, self._refused)
            self._count("save")
            self._count("flush")
            decision, sample = Decision(), Sample()
            for minute in range(days * DAY_MIN):
                box.uptime_s += 60
                for load in range(MAX_LOADS):
                    decision.blocked[load] = self._blocked(minute % DAY_MIN, load)
                if minute % 10 == 9:
                    self._ten(box.quality)
                self._records.observe([1] * MAX_LOADS, decision, sample)
                self._records.keep(SAVE_MIN)
        return self

    def _ten(self, quality):
        """Another 10-minute mean."""
        quality.ten_count += 1
        quality.ten_valid = True
        quality.ten_mv = [231_400, 229_100, 230_200]
        quality.ten_unbalance_bp = 123

    def _refused(self, text):
        raise AssertionError(text)

    def _count(self, name):
        write = getattr(self._records, name)

        def counted():
            self.writes += 1
            write()

        setattr(self._records, name, counted)


def usual(minute, load):
    """Each load held back three times a day for half an hour, not at the same minute."""
    return 1 if (minute + 7 * load) % 480 < 30 else 0


def storm(minute, load):
    """Every load changes every minute: 5760 entries a day."""
    return minute & 1


def told(name, day, flash, days):
    erases = sum(flash.erases)
    return "%s: %d writes, %d bytes programmed, %d erases a day; busiest block %d in %d days" % (
        name,
        day.writes // days,
        flash.programmed // days,
        erases // days,
        max(flash.erases),
        days,
    )


def measured(name, blocked, days):
    flash = formatted(RP2040_BLOCKS)
    fresh = Flash(RP2040_BLOCKS, flash.data)
    day = Day(fresh, blocked).run(days)
    return day, fresh, told(name, day, fresh, days).replace(" ", "_")


def scenario_a_usual_day():
    """24 histories, 24 logs, and at most 24 more while loads are held back; no block is erased so
    often that ten years would wear it out."""
    day, flash, text = measured("usual", usual, 5)
    assert day.writes <= 5 * (24 + 24 + 24)
    assert sum(flash.erases) <= 5 * 100
    assert max(flash.erases) * 365 * YEARS <= 5 * CYCLES
    return text


def scenario_a_day_of_storm():
    """The allowances bound it: 96 + 4 early histories, 24 + 4 early logs, and the periods."""
    day, flash, text = measured("storm", storm, 2)
    assert day.writes <= 2 * (24 + 96 + 24 + 24) + 8
    assert sum(flash.erases) <= 2 * 220
    assert max(flash.erases) * 365 * YEARS <= 2 * CYCLES
    return text
