"""Where the host's MicroPython comes from, and what is said and left behind when it cannot come.

Each test works on a copy of the scripts in a folder of its own, with a PATH that holds nothing but
the programs the test puts there: apt-get, gcc, make and micropython are small shell scripts.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ["boards/UNIX", "scripts", "sim/phaseward_sim/__init__.py"]
PARTS += [f"sim/phaseward_sim/loop/{name}.py" for name in ("__init__", "micropython")]

# Runs the copy's script on a made-up Debian instead of on the machine's own settings.
DRIVER = """
import pathlib, sys
sys.path.insert(0, "scripts")
import source_package
source_package.OS_RELEASE = pathlib.Path("os-release")
source_package.APT_FOLDER = pathlib.Path("apt")
source_package.SUITES.update(debian=source_package.Suite("trixie", "main", "1.25.0", {sha256!r}))
import get_micropython
sys.exit(get_micropython.main())
"""
PINNED = "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea"
COMPILER = 'while [ "$1" != -o ]; do shift; done; printf "#!/bin/sh\\n" > "$2"; /bin/chmod +x "$2"'
NO_32_BIT = 'case "$*" in *-m32*) exit 1;; esac; ' + COMPILER


class Machine:
    """A copy of the project's set-up scripts with programs of the test's choice on PATH."""

    def __init__(self, folder: Path):
        self.folder, self.programs = folder / "project", folder / "bin"
        self.sha256 = PINNED
        self.programs.mkdir()
        for part in PARTS:
            target = self.folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, target)
        (self.folder / "os-release").write_text('NAME="Test"\nID=debian\n')
        (self.folder / "apt").mkdir()
        (self.folder / "apt/sources.list").write_text("deb mirror:/main bookworm main\n")

    def program(self, name: str, script: str) -> Path:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def micropython(self, name: str, version: str, bits: int = 32) -> Path:
        return self.program(name, f"echo micropython {version} {bits} 32")

    def apt_serves(self, tarball: Path) -> None:
        target = "micropython_1.25.0+ds.orig.tar.xz"
        self.program("apt-get", f'case "$*" in *source*) /bin/cp {tarball} {target};; esac')

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-c", DRIVER.format(sha256=self.sha256), *arguments]
        environment = {"PATH": str(self.programs)} | environment
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True
        )

    def left_behind(self) -> list[str]:
        """All files and folders below build/, relative to build/micropython."""
        build = self.folder / "build"
        return sorted(str(path.relative_to(build)) for path in build.rglob("*"))


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def tarball(tmp_path):
    """A source package of one empty folder, enough for a `make` that is a shell script."""
    content = tmp_path / "micropython-1.25.0"
    for folder in ("ports/unix/variants", "mpy-cross/build", "lib/micropython-lib"):
        (content / folder).mkdir(parents=True)
    path = tmp_path / "source.tar.xz"
    with tarfile.open(path, "w:xz") as archive:
        archive.add(content, "micropython-1.25.0")
    return path


def with_source(machine: Machine, tarball: Path, make: str) -> None:
    machine.program("gcc", COMPILER)
    machine.program("make", make)
    machine.apt_serves(tarball)
    machine.sha256 = hashlib.sha256(tarball.read_bytes()).hexdigest()


def failed(result: subprocess.CompletedProcess, *texts: str) -> None:
    assert result.returncode == 1, result
    assert result.stderr.count("error:") == 1 and "Traceback" not in result.stderr, result.stderr
    for text in texts:
        assert text in result.stderr


def test_a_named_program_that_is_too_old_is_refused_with_its_version(machine):
    old = machine.micropython("old", "1.20.0")
    failed(machine.run(MICROPYTHON=str(old)), str(old), "is MicroPython 1.20.0, 1.24 is needed")
    assert machine.left_behind() == []


def test_a_named_program_that_is_no_micropython_is_called_what_it_is(machine):
    result = machine.run(MICROPYTHON=sys.executable)
    failed(result, f"not MicroPython but cpython {sys.version.split()[0]}")


def test_a_named_program_that_does_not_exist_is_an_error(machine):
    failed(machine.run(MICROPYTHON="/nowhere/micropython"), "/nowhere/micropython cannot be run")


def test_the_named_program_goes_before_path(machine):
    machine.micropython("micropython", "1.24.1")
    named = machine.micropython("named", "1.27.0")
    assert machine.run("--print", MICROPYTHON=str(named)).stdout == f"{named}\n"
    record = json.loads((machine.folder / "build/micropython/found.json").read_text())
    assert record["path"] == str(named) and record["version"] == "1.27.0"


def test_path_serves_when_new_enough_and_64_bits_are_told(machine):
    machine.micropython("micropython", "1.24.0", bits=64)
    result = machine.run()
    assert result.returncode == 0
    assert "64-bit: heap use will not equal the board's" in result.stdout
    assert machine.left_behind() == ["micropython", "micropython/found.json"]


def test_without_compiler_one_message_says_what_to_install(machine):
    machine.micropython("micropython", "1.20.0")
    result = machine.run()
    failed(result, "no working C compiler and make", "apt-get install gcc", "set MICROPYTHON=")
    assert "passed over" in result.stderr and "1.20.0" in result.stderr
    assert machine.left_behind() == []


def test_without_network_the_mirror_and_its_reason_are_named(machine):
    machine.program("gcc", COMPILER)
    machine.program("make", "")
    machine.program("apt-get", 'echo "E: Could not resolve mirror" >&2; exit 100')
    failed(machine.run(), "mirror:/main", "trixie: E: Could not resolve mirror")
    assert machine.left_behind() == ["micropython"]


def test_a_changed_tarball_is_refused_by_its_sha256(machine, tarball):
    machine.program("gcc", COMPILER)
    machine.program("make", "")
    machine.apt_serves(tarball)
    found = hashlib.sha256(tarball.read_bytes()).hexdigest()
    failed(machine.run(), f"has sha256 {found}, expected {PINNED}")
    assert machine.left_behind() == ["micropython"]


def test_a_mirror_without_the_pinned_version_is_told(machine):
    machine.program("gcc", COMPILER)
    machine.program("make", "")
    machine.program("apt-get", "")
    failed(machine.run(), "trixie: it no longer has version 1.25.0")


def test_an_unknown_distribution_is_told_what_to_do(machine):
    (machine.folder / "os-release").write_text("ID=plan9\n")
    machine.program("gcc", COMPILER)
    machine.program("make", "")
    failed(machine.run(), "known for plan9", "set MICROPYTHON=")


def test_a_failed_build_leaves_nothing_half_written(machine, tarball):
    with_source(machine, tarball, 'echo "cc: internal error" >&2; exit 2')
    failed(machine.run(), "make failed in MicroPython's mpy-cross: cc: internal error")
    assert machine.left_behind() == ["micropython"]


# What the two calls of make leave: mpy-cross, then micropython, the second saying its settings.
MAKE = """folder=$3
case $folder in
*mpy-cross) : > $folder/build/mpy-cross ;;
*) [ -e $folder/variants/UNIX/manifest.py ] || exit 9
   case "$*" in *MICROPY_FORCE_32BIT=1*) bits=32 ;; *) bits=64 ;; esac
   /bin/mkdir $folder/build-UNIX
   printf "#!/bin/sh\\necho micropython 1.25.0 $bits 32\\n" > $folder/build-UNIX/micropython
   /bin/chmod +x $folder/build-UNIX/micropython ;;
esac"""


def test_a_build_is_moved_into_place_and_not_repeated(machine, tarball):
    with_source(machine, tarball, MAKE)
    first = machine.run()
    assert (first.returncode, first.stderr) == (0, "")
    assert "32-bit words, 32-bit floats" in first.stdout
    names = ["found.json", "fingerprint", "micropython", "mpy-cross"]
    kept = ["micropython"] + [f"micropython/{name}" for name in sorted(names)]
    assert machine.left_behind() == sorted(kept)
    machine.program("make", "exit 3")
    assert machine.run("--print").stdout.endswith("/build/micropython/micropython\n")


def test_a_changed_setting_of_the_build_builds_again(machine, tarball):
    with_source(machine, tarball, MAKE)
    assert machine.run().returncode == 0
    with (machine.folder / "boards/UNIX/manifest.py").open("a") as manifest:
        manifest.write("# changed\n")
    assert "building 1.25.0" in machine.run().stdout


def test_a_compiler_without_32_bit_builds_the_native_width_and_says_so(machine, tarball):
    with_source(machine, tarball, MAKE)
    machine.program("gcc", NO_32_BIT)
    result = machine.run()
    assert result.returncode == 0 and "64-bit words, 32-bit floats" in result.stdout


SOURCES = """
# the release comes second, as apt allows
Types: deb
URIs: http://security.test/debian-security
Suites: bookworm-security
Components: main

Types: deb
Enabled: no
URIs: http://off.test/debian
Suites: bookworm
Components: main

Types: deb
# a comment inside
URIs: http://good.test/debian http://second.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/test.gpg
"""


ONE_LINE = """
#deb http://off.test bookworm main
deb http://security.test trixie/updates main
deb http://contrib.test stable contrib
deb [arch=amd64 signed-by=/k.gpg] http://good.test noble main universe
"""


@pytest.mark.parametrize(
    ("file", "text", "uri", "key"),
    [
        ("sources.list.d/a.sources", SOURCES, "http://good.test/debian", "/usr/share/test.gpg"),
        ("sources.list.d/x.list", ONE_LINE, "http://good.test", "/k.gpg"),
        ("sources.list", "deb http://good.test/debian sid main\n", "http://good.test/debian", ""),
    ],
)
def test_the_systems_own_mirror_is_found(tmp_path, monkeypatch, file, text, uri, key):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import source_package

    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / file).write_text(text)
    assert source_package.find_mirror(tmp_path) == source_package.Mirror(uri, key)


def test_a_system_without_mirror_is_an_error(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import source_package

    with pytest.raises(source_package.SetupError, match="names no package mirror"):
        source_package.find_mirror(tmp_path)


def test_the_project_itself_has_a_micropython_that_runs():
    from phaseward_sim.loop.micropython import find_micropython

    program = find_micropython()
    code = "import sys; print(sys.implementation.name, 6 * 7)"
    done = subprocess.run([program, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "micropython 42\n" and os.access(program, os.X_OK)
