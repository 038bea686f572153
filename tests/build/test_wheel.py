"""A wheel (an install that is not editable) holds everything that the three packages read."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SOURCE_ROOTS = ("firmware", "host_tools", "sim")


@pytest.mark.slow
def test_a_wheel_holds_every_file_of_the_packages(root, files, tmp_path):
    copy = tmp_path / "checkout"
    for path in files:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, copy / path)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, copy]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {str(Path(*path.parts[1:])) for path in files if in_package(path)}
    assert len(wanted) > 50
    assert wanted <= held, sorted(wanted - held)


def in_package(path: Path) -> bool:
    return path.parts[0] in SOURCE_ROOTS and path.parts[1].startswith("phaseward")
