"""The gateway's console: a pseudo-terminal with a name that stays."""

import os
import termios
import tty
from pathlib import Path

from .errors import GatewayError


class Console:
    """`master`: the box's side. The other side stays open here too, so that a program that leaves
    does not end the terminal. What nobody reads is kept by the kernel up to 4 kB, then dropped."""

    def __init__(self, link: Path) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self._slave)
        self.link = link
        _point(link, self.path)

    def close(self) -> None:
        if self.link.is_symlink() and os.readlink(self.link) == self.path:
            self.link.unlink()
        os.close(self.master)
        os.close(self._slave)


def _point(link: Path, target: str) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink():
        link.unlink()  # of a gateway that was killed
    try:
        link.symlink_to(target)
    except FileExistsError:
        raise GatewayError(f"{link} exists and is no console: move it away, or name another "
                           "`console`") from None
