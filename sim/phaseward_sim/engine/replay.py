"""Replays a trace through the decision core: one source for CPython and MicroPython.

    micropython replay.py BOX.trace        prints every decision line (see trace.py)

Standard library only, no typing and no match: MicroPython runs this file as it is, with the
firmware on its path.
"""

import sys

from phaseward.core.box import Box
from phaseward.core.sample import Sample
from phaseward.store.parameters import defaults


def decision_line(d):
    """A decision as its line in a trace."""
    values = list(d.limit_w) + list(d.load_reason) + list(d.load_until_s) + list(d.blocked)
    values += list(d.transfer_w) + list(d.q_var)
    values += [d.stage_run, d.transfer_reason, d.alarms]
    return "D," + ",".join([str(v) for v in values])


def run(lines):
    """Yields (line number, recorded decision line, replayed one) for each step of a trace."""
    player = Player()
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if line.startswith("D,"):
            yield number, line, decision_line(player.box.decision)
        elif line:
            player.take(line)


class Player:
    """Holds the box and hands it what a trace says."""

    def __init__(self):
        self.box = None
        self._sample = Sample()
        self._values = defaults()

    def take(self, line):
        kind, _, rest = line.partition(",")
        if kind == "P":
            name, _, value = rest.partition(",")
            self._values[name] = int(value)
        elif kind == "C":
            self.box.configure(self._values)
        else:
            self._numbers(kind, [int(v) for v in rest.split(",")])

    def _numbers(self, kind, v):
        if kind == "B":
            self.box = Box(v[0], v[1])
        elif kind == "H":
            self.box.restore(v)
        elif kind == "A":
            self.box.set_stage_actual(v[0], v[1], v[2], v[3], bool(v[4]))
            if len(v) > 5:
                self.box.set_stage_state(bool(v[5]), v[6])
        elif kind == "F":
            self.box.set_contactors(v[0], v[1], v[2])
        elif kind in "TVML":
            self._tell(kind, v)
        elif kind == "S":
            self._fill(v)
            self.box.step(v[0], self._sample)
        else:
            raise ValueError(f"unknown kind of line: {kind}")

    def _tell(self, kind, v):
        if kind == "T":
            self.box.set_clock(v[0])
        elif kind == "V":
            self.box.set_vehicle(v[0], v[1], v[2])
        elif kind == "M":
            self.box.set_room(v[0], v[1])
        else:
            self.box.relearn()

    def _fill(self, v):
        s = self._sample
        for k in range(3):
            s.u_ln_mv[k], s.u_ll_mv[k] = v[1 + k], v[4 + k]
            s.i_ma[k], s.p_w[k] = v[7 + k], v[10 + k]
        s.f_mhz = v[13]
        for k in range(5):
            s.state[k], s.age_ms[k] = v[14 + k], v[19 + k]


def main(path):
    with open(path) as file:
        for _, _, line in run(file):
            print(line)


if __name__ == "__main__":
    main(sys.argv[1])
