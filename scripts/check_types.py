"""Check the boards' platforms against MicroPython's real API: python scripts/check_types.py.

Per port pyright reads `firmware/phaseward/platform/<port>*.py` and `board.py` with that port's
stubs (micropython-<port>-stubs, pinned to the version we build), which are installed below
build/types. So calls of modules that this host does not have (`machine`, `network`) are looked at:
names, arguments, kinds of values. Exit code 1 where pyright finds something.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TYPES = ROOT / "build" / "types"
PLATFORM = ROOT / "firmware" / "phaseward" / "platform"
STUBS = {
    "rp2": "micropython-rp2-stubs==1.25.0.post3",
    "esp32": "micropython-esp32-stubs==1.25.0.post3",
}
STANDARD = "micropython-stdlib-stubs==1.25.0"
# What the stubs lack, looked up in MicroPython 1.25's C sources: line of ours -> where it is.
GAPS = {
    "self._uart.write(buf, n)": "py/stream.c, stream_write_obj: also a largest length",
    "self._in.readinto(self._one)": "py/stream.c, stream_readinto_obj, of every stream",
    "timers = (machine.Timer(), machine.Timer())":
        "ports/rp2/machine_timer.c: the id is -1 where there is none",
    "mdc=machine.Pin(found[\"mdc\"]),": "ports/esp32/network_lan.c, get_lan",
    "mdio=machine.Pin(found[\"mdio\"]),": "the same",
    "power=None if power is None else machine.Pin(power),": "the same",
    "phy_type=phy,": "the same",
    "phy_addr=found[\"addr\"],": "the same",
}
RULES = {
    "reportMissingModuleSource": "none",
    "reportMissingImports": "error",
    "reportAttributeAccessIssue": "error",
    "reportCallIssue": "error",
    "reportArgumentType": "error",
    "reportOptionalMemberAccess": "none",
}


def main() -> int:
    failed = [port for port in STUBS if not checks(port)]
    return 1 if failed else 0


def files_of(port: str) -> list[Path]:
    """The port's own modules and what they share."""
    return [PLATFORM / "board.py", PLATFORM / "ticks.py", *sorted(PLATFORM.glob(f"{port}*.py"))]


def checks(port: str) -> bool:
    """Whether pyright finds nothing; what it finds is printed."""
    folder = install(port)
    config = TYPES / f"{port}.json"
    config.write_text(json.dumps({
        "include": [os.path.relpath(path, TYPES) for path in files_of(port)],  # none absolute
        "typeshedPath": str(folder),
        "stubPath": str(folder),
        "pythonVersion": "3.11",
        "typeCheckingMode": "basic",
        "enableTypeIgnoreComments": False,
        **RULES,
    }, indent=2))
    print(f"types: platform of {port}", flush=True)
    texts = [text for one in _found_by_pyright(config, len(files_of(port)))
             if (text := _told(one))]
    print("".join(f"{text}\n" for text in texts), end="")
    return not texts


def _told(one: dict) -> str:
    """What pyright found, as a line; empty where it is not ours, or a gap of the stubs."""
    path = Path(one["file"])
    if PLATFORM not in path.parents:
        return ""
    number = one["range"]["start"]["line"]
    if path.read_text().splitlines()[number].strip() in GAPS:
        return ""
    return f"{path.relative_to(ROOT)}:{number + 1}: {one['message']} ({one.get('rule')})"


def _found_by_pyright(config: Path, files: int) -> list[dict]:
    """Its errors, also those inside the stubs themselves, which are not ours."""
    command = [sys.executable, "-m", "pyright", "--project", str(config), "--outputjson"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"types: pyright failed: {done.stderr or done.stdout}") from None
    looked_at = answer["summary"]["filesAnalyzed"]
    if looked_at != files:
        raise SystemExit(f"types: pyright looked at {looked_at} files, not at {files}")
    return [one for one in answer["generalDiagnostics"] if one["severity"] == "error"]


def install(port: str) -> Path:
    """The folder of the port's stubs, installed where it is not there as wanted."""
    folder, stamp = TYPES / port, TYPES / f"{port}.installed"
    wanted = f"{STUBS[port]} {STANDARD}"
    if not stamp.exists() or stamp.read_text() != wanted:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade",
                   "--disable-pip-version-check", "--target", str(folder), STUBS[port], STANDARD]
        subprocess.run(command, check=True)
        stamp.write_text(wanted)
    return folder


if __name__ == "__main__":
    sys.exit(main())
