"""The simulator's end of the lockstep link: frames to and from one box process.

Frame: kind (1 byte), length (2 bytes, little endian), payload; the kinds are listed in the
firmware's `phaseward/platform/lockstep.py`. A box that stays silent for longer than `PATIENCE_S`
of wall time, or whose process ends, raises `LinkLost` with what the process wrote to stderr.
"""

import os
import select
import subprocess

PATIENCE_S = 60
_HEADER = 3


class LinkLost(RuntimeError):
    """The box process ended or hangs."""


class Link:
    """A running process that speaks frames on its standard input and output.

    Parameters
    ----------
    command : list[str], program and arguments
    environment : dict[str, str] of the process
    """

    def __init__(self, command: list[str], environment: dict[str, str]):
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            bufsize=0,
            start_new_session=True,  # Ctrl-C at the terminal is for whoever runs the box
        )
        self._fd_in = self.process.stdin.fileno()
        self._fd_out = self.process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._fd_out, select.POLLIN)
        self._pending = bytearray()
        self._received = bytearray()

    def send(self, kind: bytes, payload: bytes = b"") -> None:
        """Queues a frame; `flush` sends what is queued in one write."""
        self._pending += kind + len(payload).to_bytes(2, "little") + payload

    def flush(self) -> None:
        try:
            while self._pending:
                del self._pending[: os.write(self._fd_in, self._pending)]
        except BrokenPipeError:
            raise self._lost("ended") from None

    def receive(self) -> tuple[bytes, bytes]:
        """(kind, payload) of the next frame."""
        while True:
            frame = self._take_frame()
            if frame is not None:
                return frame
            self._fill()

    def close(self) -> None:
        """Ends the process; its exit is waited for."""
        self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def _take_frame(self):
        data = self._received
        if len(data) < _HEADER:
            return None
        end = _HEADER + (data[1] | data[2] << 8)
        if len(data) < end:
            return None
        frame = bytes(data[:1]), bytes(data[_HEADER:end])
        del data[:end]
        return frame

    def _fill(self):
        if not self._poll.poll(PATIENCE_S * 1000):
            self.process.kill()
            raise self._lost(f"gave no answer for {PATIENCE_S} s")
        part = os.read(self._fd_out, 65536)
        if not part:
            raise self._lost("ended")
        self._received += part

    def _lost(self, what: str) -> LinkLost:
        self.process.kill()
        said = self.process.stderr.read().decode(errors="replace").strip() or "nothing"
        code = self.process.wait()
        return LinkLost(f"the box process {what} (exit status {code}); it wrote: {said}")
