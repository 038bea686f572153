"""An image without files has every shipped profile, the same as from its file."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_bus_scenarios import find_micropython

from phaseward.bus import profile
from phaseward_sim.results import firmware_hash

ROOT = Path(__file__).parents[2]
SHOW = """
import sys
sys.path.insert(0, sys.argv[1])
from phaseward.bus import profile
print(len(profile.available(["/nowhere"])))
for name in profile.available(["/nowhere"]):
    found = profile.load(name, None, ["/nowhere"])
    print(name, found.kind, found.source, found.baud)
try:
    profile.load("no_such", None, ["/nowhere"])
except ValueError as error:
    print(error)
"""


def generator():
    spec = importlib.util.spec_from_file_location("freeze", ROOT / "scripts/freeze_profiles.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def image(tmp_path):
    """The firmware's bus as a frozen image has it: modules, no data files."""
    source = ROOT / "firmware" / "phaseward"
    keep = shutil.ignore_patterns("*.json", "__pycache__", "profiles")
    for room in ("bus", "core"):
        shutil.copytree(source / room, tmp_path / "phaseward" / room, ignore=keep)
    shutil.copy(source / "__init__.py", tmp_path / "phaseward")
    assert generator().main([str(tmp_path)]) == 0
    return tmp_path


@pytest.mark.parametrize("name", ["cpython", "micropython"])
def test_every_shipped_profile_is_in_the_image(image, name):
    program = sys.executable if name == "cpython" else find_micropython()
    if program is None:
        pytest.skip("no MicroPython: run make setup, or name one in MICROPYTHON")
    script = image / "show.py"
    script.write_text(SHOW)
    done = subprocess.run([program, script, image], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    count, *lines, missing = done.stdout.splitlines()
    shipped = [profile.load(each) for each in profile.available()]
    assert int(count) == len(shipped) >= 17
    assert lines == [f"{p.id} {p.kind} {p.source} {p.baud}" for p in shipped]
    assert missing.startswith("no profile 'no_such' in /nowhere; there are: abb_b23, ")


def test_without_a_folder_to_write_to_the_usage_is_shown(capsys):
    assert generator().main([]) == 2
    assert "usage" in capsys.readouterr().out


def test_an_image_names_the_sources_it_was_made_of(image):
    name = (image / "phaseward" / "app" / "build_id.py").read_text()
    assert f'SOURCES = "{firmware_hash()}"' in name
