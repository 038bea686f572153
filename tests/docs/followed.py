"""A page of docs/ followed literally: its commands are run in order, as a reader would type them.

    with Reader(tmp_path) as reader:
        reader.follow("docs/TUNING.md")

Every block ```sh is typed into one shell. What a page says about a command holds:
    command &            runs on beside the others, and is ended with the page; the reader goes on
                         once it has printed its first line
    command  # exit N    ends with exit code N (0 where nothing is said)
A program with a screen (SCREENS) is run in a terminal of its own and left by its key once it shows
what is expected. Blocks with another word behind sh, such as ```sh hardware, are for a real box
and are not run.
"""

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 240
SCREENS = {"phaseward monitor": ("Voltages", b"q")}  # command: (what is seen then, key to leave)
_EXIT = re.compile(r"\s+# exit (\d+)$")
_MARK = "@@done"


def blocks(page):
    """The commands of a page: a list of lines per block ```sh. Lines ended by a backslash are
    joined, comments alone on a line left out."""
    found, block = [], None
    for line in Path(page).read_text(encoding="utf-8").splitlines():
        if block is None and line.strip() == "```sh":
            block = []
        elif block is not None and line.strip() == "```":
            found.append(_joined(block))
            block = None
        elif block is not None:
            block.append(line)
    assert block is None, f"{page}: a block is not closed"
    return found


def _joined(lines):
    text = "\n".join(lines).replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]


class Reader:
    """A shell in an empty folder, with the project's commands on PATH and no settings of ours.

    settings: more environment variables. said: all that was printed, by command.
    """

    def __init__(self, folder, **settings):
        self.folder = Path(folder)
        self.said = {}
        home = self.folder / "home"
        home.mkdir()
        keep = {name: os.environ[name] for name in ("LANG", "LC_ALL", "MICROPYTHON", "TMPDIR")
                if name in os.environ}
        self._env = {**keep, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"),
                     "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                     "TERM": "xterm-256color", "COLUMNS": "80", "BROWSER": "true", **settings}

    def __enter__(self):
        self._shell = subprocess.Popen(["bash", "--norc", "--noprofile"], cwd=self.folder,
                                       env=self._env, stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       start_new_session=True)
        return self

    def __exit__(self, *_):
        self._type("kill $(jobs -p) 2>/dev/null; wait; exit")
        try:
            self._shell.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._shell.pid, 9)
            self._shell.wait()
        self._shell.stdin.close()
        self._shell.stdout.close()

    def follow(self, page):
        """Runs all commands of a page of the repository; AssertionError at the first that does not
        do as the page says."""
        lines = [line for block in blocks(ROOT / page) for line in block]
        assert lines, f"{page}: no block ```sh"
        for line in lines:
            self.run(line, page)

    def run(self, line, page=""):
        """Runs one line; returns what it printed."""
        expected = _EXIT.search(line)
        command = _EXIT.sub("", line)
        screen = next((s for s in SCREENS if command.startswith(s) and "--json" not in command),
                      None)
        if screen:
            code, text = self._on_screen(command, *SCREENS[screen])
        elif command.endswith("&"):
            code, text = self._beside(command)
        else:
            code, text = self._plain(command)
        self.said[command] = text
        wanted = int(expected.group(1)) if expected else 0
        assert code == wanted, f"{page}: {command}\nexit code {code}, not {wanted}:\n{text}"
        return text

    def _plain(self, command):
        self._type(f"{command} </dev/null\necho {_MARK} $?")
        return self._until_mark()

    def _beside(self, command):
        """Started, and its first line seen."""
        first = self.folder / "first_line"
        first.unlink(missing_ok=True)
        inner = command.removesuffix("&").strip()
        self._type(f"{inner} </dev/null >{first} 2>&1 &\necho {_MARK} $?")
        code, text = self._until_mark()
        end_s = time.monotonic() + PATIENCE_S
        while not first.exists() or b"\n" not in first.read_bytes():
            assert time.monotonic() < end_s, f"{command}: printed nothing"
            time.sleep(0.1)
        return code, text + first.read_text()

    def _on_screen(self, command, expected, key):
        _, env = self._plain("env -0 | base64 -w0; echo; pwd")
        import base64

        coded, where = env.split("\n")[:2]
        pairs = base64.b64decode(coded).decode().split("\0")
        settings = dict(pair.split("=", 1) for pair in pairs if pair)
        ours, theirs = pty.openpty()
        process = subprocess.Popen(shlex.split(command), cwd=where, env=settings, stdin=theirs,
                                   stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        seen = self._watch(ours, process, expected)
        os.write(ours, key)
        code = self._left(ours, process)
        os.close(ours)
        return code, seen

    def _watch(self, terminal, process, expected):
        seen, end_s = b"", time.monotonic() + PATIENCE_S
        while expected.encode() not in seen:
            assert time.monotonic() < end_s and process.poll() is None, seen.decode("replace")
            if select.select([terminal], [], [], 0.2)[0]:
                seen += os.read(terminal, 65536)
        return seen.decode(errors="replace")

    def _left(self, terminal, process):
        """The exit code; what it still draws is read, or it could not end."""
        end_s = time.monotonic() + PATIENCE_S
        while process.poll() is None:
            assert time.monotonic() < end_s, "the program does not end by its key"
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    os.read(terminal, 65536)
                except OSError:  # its end has closed the terminal
                    break
        return process.wait(10)

    def _type(self, text):
        self._shell.stdin.write(text.encode() + b"\n")
        self._shell.stdin.flush()

    def _until_mark(self):
        """(exit code, text) of the command just typed."""
        text, end_s = b"", time.monotonic() + PATIENCE_S
        while _MARK.encode() not in text or not text.endswith(b"\n"):
            left_s = end_s - time.monotonic()
            assert left_s > 0, f"does not end:\n{text.decode(errors='replace')}"
            if select.select([self._shell.stdout], [], [], left_s)[0]:
                part = os.read(self._shell.stdout.fileno(), 65536)
                assert part, f"the shell has ended:\n{text.decode(errors='replace')}"
                text += part
        body, _, code = text.decode(errors="replace").rpartition(_MARK)
        return int(code), body
