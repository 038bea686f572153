"""The image is built once, and only where the tools for it are, or may be installed."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from phaseward_sim.emulator import node_packages
from phaseward_sim.emulator.image import BOARD, Image

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "make_firmware.py"


def why_not():
    """What keeps the image from being built and run here, or None."""
    if node_packages.missing():
        return node_packages.missing()
    compiler = shutil.which("arm-none-eabi-gcc")
    if not compiler and os.geteuid() != 0:
        return "arm-none-eabi-gcc is not on PATH, and only root may install it"
    return None


def make_firmware(folder, **surroundings):
    """Builds the image into `folder`; one build at a time, as tests run side by side. Returns
    what was printed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(ROOT / "build" / "firmware.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, str(SCRIPT), BOARD, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True,
                              env={**os.environ, **surroundings})
        assert done.returncode == 0, done.stderr
        node_packages.rp2040js()
        return done.stdout


@pytest.fixture(scope="session")
def image():
    if why_not():
        pytest.skip(f"no image: {why_not()}")
    make_firmware(ROOT / "build" / "firmware" / BOARD)
    return Image()
