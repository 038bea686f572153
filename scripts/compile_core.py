"""`make compiled-core`: compiles firmware/phaseward/core for this machine with mypyc.

    compile_core.py [FOLDER]        default build/compiled

Nothing is done where the folder is up to date. Needs a C compiler and Python's headers; ends with
the compiler's last lines and status 1 where that fails. See sim/phaseward_sim/compiled_core.py.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from phaseward_sim.compiled_core import STAMP, VARIABLE, source_hash

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "firmware" / "phaseward" / "core"
LAST_LINES = 15


def main(argv: list[str]) -> int:
    folder = Path(argv[0]) if argv else ROOT / "build" / "compiled"
    wanted = source_hash(CORE)
    stamp = folder / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != wanted:
        failure = compile_into(folder)
        if failure:
            print(f"the core could not be compiled:\n{failure}", file=sys.stderr)
            return 1
        stamp.write_text(wanted, encoding="ascii")
    print(f"compiled core: set {VARIABLE}={folder} to use it")
    return 0


def compile_into(folder: Path) -> str:
    """Compile a copy of the core; returns the error text, empty where all went well."""
    shutil.rmtree(folder, ignore_errors=True)
    core = folder / "phaseward" / "core"
    shutil.copytree(CORE, core, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "phaseward" / "__init__.py").touch()
    sources = sorted(str(path.relative_to(folder)) for path in core.glob("*.py"))
    try:
        run = subprocess.run([sys.executable, "-m", "mypyc", *sources], cwd=folder,
                             capture_output=True, text=True)
    except OSError as error:
        return str(error)
    return "" if run.returncode == 0 else "\n".join(
        (run.stdout + run.stderr).splitlines()[-LAST_LINES:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
