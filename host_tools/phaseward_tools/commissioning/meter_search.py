"""Finds the meter on the box's bus by the box's own scan of the usual speeds and parities.

The speed at hand is tried first. The box goes on controlling meanwhile and keeps its own line;
only a meter at another one makes it restart, once. Failure: SearchFailed, and nothing has changed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from phaseward_tools.link import Refused

PARITIES = "NEO"


class SearchFailed(RuntimeError):
    """No meter answers; the text says what was tried."""


@dataclass(frozen=True)
class Found:
    """A device that answered as a meter the box knows; profiles: ids that fit."""

    baud: int
    parity: int
    address: int
    profiles: tuple[str, ...]

    @property
    def words(self) -> str:
        return (f"{' or '.join(self.profiles)} at address {self.address}, {self.baud} Bd 8"
                f"{PARITIES[self.parity]}1")


def search(site, first: int, last: int, tell: Callable[[str], None]) -> Found:
    """site: a `site.Site`. The first known meter of the first line on which there is one."""
    tell(f"looking at addresses {first} to {last}, at the box's own speed and the usual ones")
    rows = _scan(site, first, last)
    known = [row for row in rows if row["profiles"]]
    if not known:
        strangers = [f"address {row['address']} at {row['baud']} Bd" for row in rows]
        unknown = f"; unknown devices: {', '.join(strangers)}" if strangers else ""
        raise SearchFailed(f"no known meter at addresses {first} to {last} at any usual "
                           f"speed{unknown}. Check A and B, the meter's supply and its settings")
    row = known[0]
    line = {"mb_baud": row["baud"], "mb_parity": row["parity"]}
    if site.box.get(*line) != line:
        site.change(line, restart=True)
    return Found(row["baud"], row["parity"], row["address"], tuple(row["profiles"]))


def _scan(site, first: int, last: int) -> list[dict]:
    site.box.client.request("scan", "all", first, last)
    try:
        return site.box.job_rows(lambda: site.pause(1.0))
    except (Refused, KeyboardInterrupt):
        site.box.client.request("stop")
        raise
