"""When each load was held back: from a log entry `block` to its `free`, or to the end."""

from dataclasses import dataclass

from phaseward_tools.report.box.series import Series


@dataclass(frozen=True)
class Block:
    """One time in which a load was held back. open: it had not ended, or its end is not logged."""

    load: int
    start_s: float
    end_s: float
    limit_w: int
    lowest_v: float
    reason: str
    ended_by: str
    open: bool

    @property
    def minutes(self) -> float:
        return (self.end_s - self.start_s) / 60


def blocks_of(series: Series) -> list[Block]:
    """All of them, in the order of their beginning."""
    found, held = [], {}
    for t_s, entry in series.log:
        if entry.kind == "block":
            held[entry.numbers[0]] = (t_s, entry)
        elif entry.kind == "free" and entry.numbers[0] in held:
            found.append(_block(*held.pop(entry.numbers[0]), t_s, entry.origin, False))
        elif entry.kind == "boot":
            found += [_block(begun_s, one, t_s, "restart", True)
                      for begun_s, one in held.values()]
            held = {}
    found += [_block(begun_s, one, series.end_s, "", True) for begun_s, one in held.values()]
    return sorted(found, key=lambda block: block.start_s)


def _block(start_s, entry, end_s, ended_by, is_open) -> Block:
    load, limit_w, lowest_mv = entry.numbers[:3]
    return Block(load, start_s, end_s, limit_w, lowest_mv / 1000, entry.origin, ended_by, is_open)
