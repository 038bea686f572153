"""The rooms of the house: who may import whom, and what the decision core may hold.

Imports run one way: app -> bus, store, core, platform; host tools -> simulator -> firmware's core
and parameter table. The core imports nothing and knows integers only.
"""

import ast
import subprocess
from pathlib import Path

import pytest

from phaseward_sim.loop.micropython import find_micropython

FIRMWARE = Path("firmware/phaseward")
CHECK = """
import sys
sys.path.insert(0, 'firmware')
for name in sys.argv[1:]:
    try:
        {code}
    except Exception as error:
        print(name, repr(error))
"""
# Package -> what it may import besides itself, the standard library and installed packages.
MAY_IMPORT = {
    "phaseward.core": [],
    "phaseward.bus": ["phaseward.core"],
    "phaseward.store": ["phaseward.core"],
    "phaseward.update": ["phaseward.store"],
    "phaseward.platform": [],
    "phaseward.app": ["phaseward"],
    # The study of the laws: uses the whole simulator, and nothing of it uses the study.
    "phaseward_sim.fairness": ["phaseward_sim", "phaseward.core", "phaseward.store"],
    "phaseward_sim.evaluate": ["phaseward_sim"],  # judges the firmware, so shares nothing with it
    "phaseward_sim.sites": ["phaseward_sim", "phaseward.core", "phaseward.store"],  # the study
    "phaseward_sim": ["phaseward.core", "phaseward.store"],  # store: the parameter table
    "phaseward_tools": [
        "phaseward_sim",
        "phaseward.core",
        "phaseward.store",
        "phaseward.update",  # signs what the box checks
    ],
}
OURS = ("phaseward", "phaseward_sim", "phaseward_tools")
OPEN_TO_ALL = ("phaseward", "phaseward.VERSION")  # the version and the folder, no code
CORE_MAY_USE = {"micropython", "array"}  # of MicroPython's own modules
BOARD_MODULES = {"machine", "rp2", "esp32", "network"}  # absent from the unix port
ON_BOARDS = ("phaseward.platform.board",)  # whose importers are for boards, too


def module_name(path: Path) -> str:
    """Dotted name of a file in one of the three source roots; "" elsewhere."""
    if path.parts[0] not in ("firmware", "host_tools", "sim"):
        return ""
    parts = list(path.with_suffix("").parts[1:])
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source) -> list[tuple[str, ast.AST]]:
    """Absolute names of all modules that a file imports, wherever in the file."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(source.path, node)
            found += [(f"{base}.{alias.name}", node) for alias in node.names]
    return found


def absolute(path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module
    parts = list(path.parts[1:-1])
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, *(node.module or "").split(".")]).rstrip(".")


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def room_of(name: str) -> str | None:
    """The longest entry of MAY_IMPORT that the module belongs to."""
    return max((room for room in MAY_IMPORT if inside(name, room)), key=len, default=None)


def wrong_ways(source) -> list[str]:
    room = room_of(module_name(source.path))
    if room is None:
        return []
    open_to = [room, *MAY_IMPORT[room]]
    return [
        f"{source.line_of(node)}: {room} imports {other}"
        for other, node in imported(source)
        if other.split(".")[0] in OURS and other not in OPEN_TO_ALL
        if not any(inside(other, package) for package in open_to)
    ]


def test_imports_run_one_way(sources):
    wrong = [text for source in sources for text in wrong_ways(source)]
    assert not wrong, "\n".join(wrong)


def test_each_room_of_the_firmware_has_its_rule(root):
    folders = {path.parent.name for path in (root / FIRMWARE).glob("*/__init__.py")}
    assert folders and {f"phaseward.{name}" for name in folders} <= set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("path", "line", "wrong"),
    [
        ("firmware/phaseward/core/box.py", "from ..store import parameters", True),
        ("firmware/phaseward/core/box.py", "from .sample import Sample", False),
        ("firmware/phaseward/bus/meter.py", "from ..core.sample import Sample", False),
        ("firmware/phaseward/bus/meter.py", "from phaseward.app import scheduler", True),
        ("firmware/phaseward/app/tasks.py", "def late():\n    import phaseward_sim", True),
        ("sim/phaseward_sim/engine/rung.py", "from phaseward.core.box import Box", False),
        ("sim/phaseward_sim/engine/rung.py", "from phaseward.bus import rtu", True),
        ("sim/phaseward_sim/evaluate/events.py", "from phaseward.core import quality", True),
        ("sim/phaseward_sim/engine/rung.py", "import phaseward_tools.report", True),
    ],
)
def test_the_check_of_imports_sees_a_wrong_way(parse, path, line, wrong):
    assert bool(wrong_ways(parse(path, line))) == wrong


def in_core(sources):
    return [source for source in sources if FIRMWARE / "core" in source.path.parents]


def beyond_integers(source) -> list[str]:
    """What the core may not hold: float literals, true division, float(), foreign modules."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append((node, f"the float {node.value}"))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append((node, "a division by /"))
        if isinstance(node, ast.Name) and node.id == "float":
            found.append((node, "the name float"))
    for name, node in imported(source):
        if name.split(".")[0] not in CORE_MAY_USE | {"phaseward"}:
            found.append((node, f"an import of {name}"))
    return [f"{source.line_of(node)}: core holds {what}" for node, what in found]


def test_the_core_knows_integers_only(sources):
    assert in_core(sources), "no file of the core was found"
    wrong = [text for source in in_core(sources) for text in beyond_integers(source)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("line", ["x = 0.5", "x /= 2", "x = a / b", "x = float(a)", "import math"])
def test_the_check_of_the_core_sees_each_breach(parse, line):
    assert len(beyond_integers(parse(FIRMWARE / "core/x.py", line))) == 1


@pytest.fixture
def failures_on_micropython(root, tmp_path):
    """Runs `code`, which sees `name`, for each of names; returns the failures with their texts."""

    def run(code: str, names: list[str]) -> list[str]:
        script = tmp_path / "check.py"
        script.write_text(CHECK.format(code=code))
        command = [find_micropython(), str(script), *names]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_each_firmware_file_is_micropython(failures_on_micropython, sources):
    firmware = [str(source.path) for source in sources if source.path.parts[0] == "firmware"]
    assert len(firmware) > 10
    code = "compile(open(name).read(), name, 'exec')"
    failures = failures_on_micropython(code, firmware)
    assert not failures, "\n".join(failures)


def test_each_firmware_module_imports_on_micropython(failures_on_micropython, sources):
    modules = [
        module_name(source.path)
        for source in sources
        if FIRMWARE in source.path.parents
        and not BOARD_MODULES.intersection(name.split(".")[0] for name, _ in imported(source))
        and not any(name.startswith(ON_BOARDS) for name, _ in imported(source))
    ]
    failures = failures_on_micropython("__import__(name)", modules)
    assert not failures, "\n".join(failures)
