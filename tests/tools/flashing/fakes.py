"""Outside programs that keep what they are asked, a UF2 drive that is a folder, USB ports made
up."""

import json
import stat
import sys

from phaseward_tools.flashing import finding

_PROGRAM = """#!{python}
import json, pathlib, shutil, sys, hashlib
here = pathlib.Path({folder!r})
with open(here / "calls.jsonl", "a") as out:
    out.write(json.dumps([{name!r}, *sys.argv[1:]]) + "\\n")
plan = json.loads((here / "plan.json").read_text())
board = here / "board"
arguments = sys.argv[1:]
for word, (text, code) in plan.items():
    if word in arguments:
        print(text, flush=True)
        if code:
            sys.exit(code)
if {name!r} == "mpremote":
    words = arguments[arguments.index("fs") + 1:]
    if words[0] == "cp":
        shutil.copy(words[1], board / words[2][1:])
    elif words[0] == "mkdir":
        (board / words[1][1:]).mkdir()
    elif words[0] == "sha256sum":
        print("sha256sum " + words[1])
        print(hashlib.sha256((board / words[1][1:]).read_bytes()).hexdigest())
"""


class Programs:
    """Fake picotool, esptool and mpremote on PATH."""

    def __init__(self, folder, monkeypatch, names=("picotool", "esptool", "mpremote")):
        self._folder = folder / "programs"
        self._folder.mkdir()
        self.board = self._folder / "board"  # the file system of the fake board
        self.board.mkdir()
        self.plan({})
        for name in names:
            path = self._folder / name
            path.write_text(_PROGRAM.format(python=sys.executable, folder=str(self._folder),
                                            name=name))
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(self._folder))

    def plan(self, answers):
        """word in the arguments -> (text printed, exit code)."""
        (self._folder / "plan.json").write_text(json.dumps(answers))

    @property
    def calls(self):
        path = self._folder / "calls.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]


def uf2_drive(folder, board_id="RPI-RP2"):
    folder.mkdir(exist_ok=True)
    (folder / "INFO_UF2.TXT").write_text(
        f"UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: {board_id}\n")
    return folder


def plugged_in(monkeypatch, *ports, drives=()):
    """Only these are there. ports: (name, vid, pid)."""
    monkeypatch.setattr(finding, "ports", lambda: [
        finding.Port(name, vid, pid, "1", "made up") for name, vid, pid in ports])
    monkeypatch.setattr(finding, "_mounted", lambda: list(drives))
