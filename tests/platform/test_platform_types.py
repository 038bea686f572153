"""The boards' platforms against MicroPython's real API, as its stubs tell it."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_types.py"


def why_not():
    """pyright is fetched by npm the first time."""
    try:
        done = subprocess.run([sys.executable, "-m", "pyright", "--version"], timeout=300,
                              capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        return "pyright cannot be fetched"
    return "" if done.returncode == 0 else f"pyright does not start: {done.stderr[-200:]}"


@pytest.mark.slow
def test_platforms_of_boards_use_what_micropython_has():
    reason = why_not()
    if reason:
        pytest.skip(reason)
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "platform of rp2" in done.stdout and "platform of esp32" in done.stdout
