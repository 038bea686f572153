"""Reads a box again and again without burdening it: its status each time, the rest in turn."""

from phaseward_tools.link import Box

_IN_TURN = ("reasons", "loads", "quality", "bus")
_BANDS = ("sy_un_mv", "pq_lo_mv", "pq_hi_mv", "bl_crit_mv")


class Watch:
    """`seen`: what is known of the box, by name: identity, bands, status, reasons, loads, quality,
    bus."""

    def __init__(self, box: Box):
        self._box = box
        self._turn = 0
        self._read = {
            "reasons": box.explain,
            "loads": box.loads,
            "quality": lambda: box.client.request("quality"),
            "bus": box.bus,
        }
        self.seen: dict = {"identity": box.identity}
        self.read_all()

    def read_all(self) -> dict:
        """Everything anew, as after a change."""
        known = [name for name in _BANDS if name in self._box.parameters]
        self.seen["bands"] = self._box.get(*known)
        self.seen["status"] = self._box.status()
        for name in _IN_TURN:
            self.seen[name] = self._read[name]()
        return self.seen

    def step(self) -> dict:
        """The status, and one of the rest."""
        self.seen["status"] = self._box.status()
        name = _IN_TURN[self._turn]
        self.seen[name] = self._read[name]()
        self._turn = (self._turn + 1) % len(_IN_TURN)
        return self.seen
