"""Finds the meter on the box's bus: speeds and parities in turn, addresses by the box's own scan.

The speed at hand is tried first; then the common ones. Another speed is taken up only at a
restart, so the box restarts for each. Failure: SearchFailed, and the box has its former settings
back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from phaseward_tools.link import Refused

LINES = ((9600, 0), (9600, 1), (19200, 1), (19200, 0), (38400, 0), (38400, 1),
         (4800, 0), (2400, 0))
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
    now = site.box.get("mb_baud", "mb_parity")
    here = now["mb_baud"], now["mb_parity"]
    lines = [here, *(line for line in LINES if line != here)]
    strangers = []
    for baud, parity in lines:
        tell(f"looking at {baud} Bd 8{PARITIES[parity]}1, addresses {first} to {last}")
        if (baud, parity) != here:
            site.change({"mb_baud": baud, "mb_parity": parity}, restart=True)
        rows = _scan(site, first, last)
        known = [row for row in rows if row["profiles"]]
        strangers += [f"address {row['address']} at {baud} Bd" for row in rows
                      if not row["profiles"]]
        if known:
            row = known[0]
            return Found(baud, parity, row["address"], tuple(row["profiles"]))
    unknown = f"; unknown devices: {', '.join(strangers)}" if strangers else ""
    raise SearchFailed(f"no known meter at addresses {first} to {last} at any usual "
                       f"speed{unknown}. Check A and B, the meter's supply and its settings")


def _scan(site, first: int, last: int) -> list[dict]:
    site.box.client.request("scan", first, last)
    try:
        return site.box.job_rows(lambda: site.pause(1.0))
    except (Refused, KeyboardInterrupt):
        site.box.client.request("stop")
        raise
