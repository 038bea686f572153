"""The event log of a box, with times of day."""

from dataclasses import dataclass
from datetime import datetime

from phaseward_tools.field.alarms import alarm_names
from phaseward_tools.field.times import Moment, Times
from phaseward_tools.field.words import entry_words
from phaseward_tools.link import Box


@dataclass(frozen=True)
class Entry:
    """One entry. `moment`: when, as far as the host can know."""

    sequence: int
    uptime_s: int
    boot: int
    kind: str
    numbers: list[int]
    origin: str
    moment: Moment | None

    def plain(self) -> dict:
        at = self.moment.at.isoformat(timespec="seconds") if self.moment else None
        return {"sequence": self.sequence, "boot": self.boot, "uptime_s": self.uptime_s,
                "at": at, "at_is_sure": bool(self.moment and self.moment.sure),
                "kind": self.kind, "numbers": self.numbers, "origin": self.origin}

    def words(self, parameters) -> str:
        return entry_words(self.kind, self.numbers, self.origin, parameters, alarm_names)


def made_of(log: list[list], times: Times) -> list[Entry]:
    """Entries of the box's rows."""
    return [Entry(sequence, uptime_s, boot, kind, numbers, origin, times.of(boot, uptime_s))
            for sequence, uptime_s, boot, _, kind, numbers, origin in log]


def entries(box: Box) -> list[Entry]:
    """The whole log of a box."""
    log = box.log()
    times = Times(datetime.now(), box.identity["boot"], box.status()["uptime_s"],
                  [(row[2], row[1]) for row in log])
    return made_of(log, times)


def shown(entry: Entry, parameters) -> str:
    """One line."""
    when = entry.moment.words() if entry.moment else f"boot {entry.boot} +{entry.uptime_s} s"
    return f"{when:<19}  {entry.words(parameters)}"
