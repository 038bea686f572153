"""Prints the decision after each step of a trace: one source for CPython and MicroPython.

Usage: micropython core_replay.py FIRMWARE_FOLDER ENGINE_FOLDER TRACE
The format and the player are those of phaseward_sim/engine/replay.py; `make_synthetic.py` says
what is added.
"""

import sys


def player_class():
    from replay import Player

    class CorePlayer(Player):
        """Takes limits from remote and contacts too."""

        def take(self, line):
            if line[0] == "R":
                load, limit_w = [int(v) for v in line[2:].split(",")]
                self.box.set_remote_limit(load, limit_w)
            elif line[0] == "K":
                load, closed = [int(v) for v in line[2:].split(",")]
                self.box.set_contact(load, closed != 0)
            else:
                Player.take(self, line)

    return CorePlayer


def decisions(path):
    """Yields (decision line, the recorded one that followed or None) for each step."""
    from replay import decision_line

    player = player_class()()
    answer = None
    with open(path) as file:
        for line in file:
            line = line.strip()
            if line.startswith("D,"):
                yield answer, line
                answer = None
                continue
            if answer is not None:
                yield answer, None
                answer = None
            player.take(line)
            if line.startswith("S,"):
                answer = decision_line(player.box.decision)
    if answer is not None:
        yield answer, None


if __name__ == "__main__":
    sys.path[:0] = sys.argv[1:3]
    for line, _ in decisions(sys.argv[3]):
        print(line)
