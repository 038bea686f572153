"""Build MicroPython's unix port with our settings (boards/UNIX) from an unpacked source.

32-bit where the compiler can (amd64 with gcc-multilib): heap use then equals the board's.
Otherwise the machine's own word size. Floats are 32-bit in both.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from source_package import SetupError, reason

# errno.h needs the kernel's headers, which a compiler can lack for its second word size.
_PROBE = '#include <errno.h>\n#include <stdio.h>\nint main(void) { return puts("") < 0; }\n'
BOARD = Path(__file__).resolve().parents[1] / "boards" / "UNIX"


def prepare() -> bool:
    """See to a compiler and make; True if it can build 32-bit programs. Raises SetupError."""
    missing = _missing_packages()
    if missing:
        install(missing)
    if not (shutil.which("make") and _compiles([])):
        raise SetupError("no working C compiler and make (packages gcc, libc6-dev, make)")
    return _compiles(["-m32"])


def build(tarball: Path, folder: Path, wide: bool) -> list[Path]:
    """Unpack and build in `folder`; returns micropython and mpy-cross. `wide`: no 32-bit."""
    shutil.unpack_archive(tarball, folder)
    source = next(path for path in folder.iterdir() if (path / "ports/unix").is_dir())
    # The source package leaves this library empty; the build looks for this one file of it.
    (source / "lib/micropython-lib/README.md").touch()
    shutil.copytree(BOARD, source / "ports/unix/variants" / BOARD.name)
    _make(source / "mpy-cross", [])
    width = [] if wide else ["MICROPY_FORCE_32BIT=1"]
    _make(source / "ports/unix", [f"VARIANT={BOARD.name}", *width])
    built = source / "ports/unix" / f"build-{BOARD.name}" / "micropython"
    return [built, source / "mpy-cross/build/mpy-cross"]


def _missing_packages() -> list[str]:
    missing = [] if shutil.which("make") else ["make"]
    if not _compiles([]):
        missing += ["gcc", "libc6-dev"]
    if os.uname().machine == "x86_64" and not _compiles(["-m32"]):
        missing.append("gcc-multilib")
    return missing


def _compiles(flags: list[str]) -> bool:
    """Whether gcc makes a program that runs, with the system's headers for that word size."""
    if not shutil.which("gcc"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "probe"
        command = ["gcc", *flags, "-x", "c", "-", "-o", str(program)]
        return _succeeds(command, text=_PROBE) and _succeeds([str(program)])


def install(packages: list[str], told_by: str = "micropython") -> None:
    """Install by apt-get as root or by a passwordless sudo; nothing where neither works."""
    root = _root_prefix()
    if root is None or not shutil.which("apt-get"):
        return
    print(f"{told_by}: installing {' '.join(packages)}", flush=True)
    # --no-remove: gcc-multilib conflicts with cross-compilers that someone may need.
    options = ["-qq", "-y", "--no-install-recommends", "--no-remove"]
    command = [*root, "apt-get", "install", *options, *packages]
    if not _succeeds(command):
        _succeeds([*root, "apt-get", "-qq", "update"])
        _succeeds(command)


def _root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def _succeeds(command: list[str], text: str = "") -> bool:
    return subprocess.run(command, input=text.encode(), capture_output=True).returncode == 0


def _make(folder: Path, settings: list[str]) -> None:
    """Run make. Newer compilers know more warnings than MicroPython's -Werror was meant for."""
    command = ["make", f"-j{os.cpu_count()}", "-C", str(folder), "CWARN=", *settings]
    # Nothing else of the caller's environment: BUILD, CFLAGS or MAKEFLAGS would steer this build.
    clean = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1745000000"}
    done = subprocess.run(command, capture_output=True, text=True, env=clean)
    if done.returncode != 0:
        raise SetupError(f"make failed in MicroPython's {folder.name}: {reason(done.stderr)}")
