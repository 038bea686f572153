"""The host's client at the port of a box that runs in its own process, in virtual time."""

from app_rig import SECOND, Rig

from phaseward_tools.link import Box, Client


class RigStream:
    """`Stream` of a rig. `lose`: how many of the next writes do not arrive."""

    def __init__(self, rig: Rig):
        self._rig = rig
        self._seen = len(rig.lines)
        self.lose = 0
        self.deaf = 0  # how many of the next answers are lost

    def write(self, data: bytes) -> None:
        if self.lose:
            self.lose -= 1
            return
        for line in data.decode().split("\n"):
            if line:
                self._rig.box.console(line, self._rig.t_s * SECOND)

    def read(self, timeout_s: float) -> bytes:
        self._rig.run(1)
        fresh = self._rig.lines[self._seen :]
        self._seen = len(self._rig.lines)
        if fresh and self.deaf:
            self.deaf -= 1
            return b""
        return "".join(line + "\n" for line in fresh).encode()


def connect(rig: Rig) -> tuple[Box, RigStream]:
    stream = RigStream(rig)
    return Box(Client(stream, clock=lambda: float(rig.t_s))), stream
