"""Tab completion as a user of bash has it: installed by the command itself, at a real prompt."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
BIN = str(Path(sys.executable).parent)
PATIENCE_S = 30


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home in which completion was installed."""
    folder = tmp_path_factory.mktemp("home")
    (folder / ".bashrc").write_text("")
    done = subprocess.run(["bash", "--norc", "-c", "phaseward --install-completion; true"],
                          env=surroundings(folder), capture_output=True, text=True)
    assert "completion installed" in done.stdout, done.stdout + done.stderr
    return folder


def surroundings(home):
    return {"HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb",
            "XDG_CACHE_HOME": str(home / "cache"), "SHELL": "/bin/bash",
            "PROMPT_COMMAND": "PS1='> '"}


def at_prompt(home, typed, expected):
    """Whether the line at an interactive prompt becomes `expected` after the typed keys."""
    pid, end = pty.fork()
    if pid == 0:
        os.execvpe("bash", ["bash", "--noprofile", "-i"], surroundings(home))
    shown = b""
    try:
        until_s = time.monotonic() + PATIENCE_S
        while b"> " not in shown:
            assert time.monotonic() < until_s, shown
            shown += heard(end)
        os.write(end, typed.encode())
        while expected not in plain(shown) and time.monotonic() < until_s:
            shown += heard(end)
        return expected in plain(shown) or plain(shown)
    finally:
        os.close(end)  # hangs up
        os.waitpid(pid, 0)


def heard(end):
    return os.read(end, 4096) if select.select([end], [], [], 0.2)[0] else b""


def plain(shown):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|[\x07\r\n]", "", shown.decode(errors="replace"))


@pytest.mark.parametrize(("typed", "line"), [
    ("phaseward comm\t", "phaseward commission "),
    ("phaseward params get bl_share\t", "phaseward params get bl_share_pm "),
    ("phaseward params set l1_kind=lo\t", "phaseward params set l1_kind=lock"),
    ("phaseward hil \t\t", "check"),
])
def test_bash_completes_at_its_prompt(home, typed, line):
    assert at_prompt(home, typed, line) is True


def test_words_are_completed_as_each_shell_splits_them(monkeypatch):
    from phaseward_tools.field.completion import complete_setting

    assert complete_setting("l1_ki")[0][0] == "l1_kind="
    assert complete_setting("l1_kind=lo") == [("l1_kind=lock", "")], "zsh and fish: one word"
    monkeypatch.setenv("COMP_WORDS", "phaseward\nparams\nset\nl1_kind\n=\nlo")
    monkeypatch.setenv("COMP_CWORD", "5")
    assert complete_setting("lo") == [("lock", "")], "bash: what is behind the sign"
    monkeypatch.setenv("COMP_CWORD", "4")
    assert complete_setting("=")[0] == ("none", ""), "bash: the sign alone"
