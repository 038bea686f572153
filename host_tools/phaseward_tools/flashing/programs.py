"""Outside programs: found, or explained; run with their progress passed on.

Failure: FlashToolMissing with the way to get it; FlashError with the last lines the program wrote.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable

from .errors import FlashError, FlashToolMissing

GET = {
    "picotool": "apt install picotool (Debian 13, Ubuntu 24.10 or newer), brew install picotool, "
                "or github.com/raspberrypi/picotool/releases",
    "esptool": "pip install 'phaseward[flash]'",
    "mpremote": "pip install 'phaseward[flash]'",
}
_PERCENT = re.compile(rb"(\d{1,3}(?:\.\d+)?)\s*%")
_SHOWN_LINES = 6

Progress = Callable[[float], None]


def find(name: str) -> list[str]:
    """The command that starts a program. FlashToolMissing where there is none."""
    path = shutil.which(name)
    if path:
        return [path]
    if name in ("esptool", "mpremote") and importlib.util.find_spec(name):
        return [sys.executable, "-m", name]
    raise FlashToolMissing(f"{name} is needed and not found: {GET[name]}")


def run(command: list[str], progress: Progress = lambda share: None) -> str:
    """Runs it; shares done, 0..1, are taken from the percentages it prints. Returns what it
    wrote."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL)
    written = b""
    try:
        while part := process.stdout.read1(4096):
            written += part
            found = _PERCENT.findall(part)
            if found:
                progress(min(1.0, float(found[-1]) / 100))
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        process.stdout.close()
    text = written.decode(errors="replace").replace("\r", "\n")
    if code:
        lines = [line for line in text.splitlines() if line.strip()][-_SHOWN_LINES:]
        raise FlashError(f"{command[0]} failed: " + " / ".join(lines or [f"exit code {code}"]) +
                         "; the same command can be repeated")
    return text
