"""What the checks of the repository's shape look at: its tracked files, parsed once."""

import ast
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What .gitignore names, for a checkout without git; folders at the root, and caches anywhere.
MADE_AT_ROOT = {".git", ".venv", "build", "dist", "results"}
MADE = {"__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", "phaseward.egg-info"}


@dataclass(frozen=True)
class Source:
    """One Python file: path from the repository's root, text, syntax tree."""

    path: Path
    text: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    @classmethod
    def parse(cls, path: Path | str, text: str) -> "Source":
        return cls(Path(path), text, ast.parse(text, str(path)))

    def line_of(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def tracked_files() -> list[Path]:
    """All files under version control and new ones not ignored; without git, all but builds."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        names = [Path(line) for line in listed.stdout.splitlines()]
    except (OSError, subprocess.CalledProcessError):
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = [path for path in found if not is_made(path)]
    return sorted(path for path in names if (ROOT / path).is_file())


def is_made(path: Path) -> bool:
    return path.parts[0] in MADE_AT_ROOT or not MADE.isdisjoint(path.parts)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    return tracked_files()


@pytest.fixture(scope="session")
def sources(files) -> list[Source]:
    """The Python files, of all rooms."""
    python = [path for path in files if path.suffix == ".py"]
    return [Source.parse(path, (ROOT / path).read_text()) for path in python]


@pytest.fixture(scope="session")
def parse():
    """Makes a source from a path and a text, to show that a check sees a breach."""
    return Source.parse
