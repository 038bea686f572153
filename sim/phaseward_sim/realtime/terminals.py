"""Where a live box's bytes go: a pseudo-terminal that other programs open, or this terminal.

As on a USB port, what is written while nobody has the port open, or nobody reads, is dropped.
Failure: TerminalError where a terminal or its link cannot be made.
"""

import contextlib
import errno
import os
import select
import sys
import termios
import tty
from pathlib import Path

_PART = 4096


class TerminalError(OSError):
    """A pseudo-terminal or its link cannot be had; the text says why and what to do."""


class PseudoTerminal:
    """`path` is what a program opens; `link` a symbolic link to it, if wanted.

    The other end is held open by programs only, so their coming and going is noticed.
    """

    def __init__(self, link: Path | None = None):
        self._master, slave = os.openpty()
        tty.setraw(slave, termios.TCSANOW)
        self.path = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        self.link = link
        if link is not None:
            self._make_link(link)

    @property
    def name(self) -> str:
        return str(self.link or self.path)

    def fileno(self) -> int:
        return self._master

    def connected(self) -> bool:
        """Whether a program has the terminal open."""
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        return not any(events & select.POLLHUP for _, events in poll.poll(0))

    def waiting_on(self) -> list:
        """What to give to select: nothing while nobody is there, as it would return at once."""
        return [self] if self.connected() else []

    def read(self) -> bytes:
        """What has come; b"" where nothing has."""
        try:
            return os.read(self._master, _PART)
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError as error:
            if error.errno == errno.EIO:  # nobody has the other end open
                return b""
            raise

    def write(self, data: bytes) -> None:
        """Sends what fits now; the rest, and everything while nobody is there, is dropped."""
        if not self.connected():
            return
        with contextlib.suppress(OSError):
            os.write(self._master, data)

    def close(self) -> None:
        os.close(self._master)
        if self.link is not None and self.link.is_symlink():
            self.link.unlink()

    def _make_link(self, link: Path) -> None:
        if link.is_symlink():
            link.unlink()  # left by a run that was killed
        try:
            link.symlink_to(self.path)
        except OSError as error:
            self.link = None
            self.close()
            raise TerminalError(f"{link}: no link can be made here: {error.strerror}; "
                                "choose another path") from None


class StandardTerminal:
    """Standard input and output; ends at the end of the input."""

    name = "this terminal"

    def __init__(self):
        self.ended = False

    def fileno(self) -> int:
        return sys.stdin.fileno()

    def waiting_on(self) -> list:
        return [] if self.ended else [self]

    def read(self) -> bytes:
        if self.ended or not select.select([self], [], [], 0)[0]:
            return b""
        data = os.read(self.fileno(), _PART)
        self.ended = not data
        return data

    def write(self, data: bytes) -> None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def close(self) -> None:
        pass
