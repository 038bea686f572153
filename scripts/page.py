"""Keeps a generated page of docs/ up to date: what every render_*.py does when it is run."""

from pathlib import Path


def keep(target: Path, text: str, script: str, arguments: list[str]) -> int:
    """Write `text` to `target`; with --check in `arguments` only compare. Returns the exit code.

    script : path of the caller, named where the page is out of date
    """
    if "--check" not in arguments:
        target.write_text(text)
        return 0
    if target.exists() and target.read_text() == text:
        return 0
    print(f"{target.name} is out of date: run python scripts/{Path(script).name}")
    return 1
