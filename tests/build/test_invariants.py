"""docs/INVARIANTS.md names only tests that exist, and no promise is without one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "INVARIANTS.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def promises(text):
    """The lines that begin with "- ", each with what follows it."""
    return [part for part in re.split(r"\n(?=- |## |\n)", text) if part.startswith("- ")]


def functions_of(path):
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing(text, root):
    """The named tests that do not exist."""
    return [
        f"{name}::{test}"
        for name, test in NAMED.findall(text)
        if not (root / name).exists() or test not in functions_of(root / name)
    ]


def test_every_test_named_exists():
    assert missing(PAGE.read_text(), ROOT) == []


def test_every_promise_names_a_test():
    lines = promises(PAGE.read_text())
    assert len(lines) > 40
    assert [line for line in lines if not NAMED.search(line)] == []


def test_every_module_named_is_collected():
    """A scenario file counts only through a test module of its folder that runs scenarios."""
    for name, _ in NAMED.findall(PAGE.read_text()):
        path = ROOT / name
        if not path.name.startswith("test_"):
            runners = [p for p in path.parent.glob("test_*.py") if "scenario" in p.read_text()]
            assert runners, name


def test_a_test_that_went_away_is_noticed(tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text("def test_one():\n    pass\n")
    text = "- `tests/test_a.py::test_one`, `tests/test_a.py::test_two`, `tests/test_b.py::t`"
    assert missing(text, tmp_path) == ["tests/test_a.py::test_two", "tests/test_b.py::t"]
