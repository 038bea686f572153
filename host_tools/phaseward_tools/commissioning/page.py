"""The protocol as a page: HTML that prints on paper, and PDF where a Chromium is there.

Self-contained; A4. Failure: PageError where it cannot be written.
"""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import jinja2

from .outputs import Step

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_PATIENCE_S = 120


class PageError(OSError):
    """The protocol cannot be written where it was wanted."""


@dataclass
class Protocol:
    """What is on it. facts: label -> text; sections: title -> steps."""

    title: str
    facts: dict[str, str] = field(default_factory=dict)
    sections: dict[str, list[Step]] = field(default_factory=dict)
    parameters: list[tuple[str, str, str]] = field(default_factory=list)  # id, value, meaning
    technician: str = ""
    date: str = ""
    remarks: str = ""

    @property
    def good(self) -> bool:
        """Whether no step failed."""
        return all(step.good is not False for steps in self.sections.values() for step in steps)


def html(protocol: Protocol) -> str:
    """The page as text."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True,
                                     undefined=jinja2.StrictUndefined, trim_blocks=True,
                                     lstrip_blocks=True)
    return environment.get_template("commissioning.html.j2").render(p=protocol)


def write(protocol: Protocol, folder: Path, name: str) -> list[Path]:
    """HTML, and PDF where a browser is there; the paths written."""
    path = folder / f"{name}.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(html(protocol), encoding="utf-8")
    except OSError as error:
        raise PageError(f"{path}: cannot be written: {error.strerror}") from None
    pdf = path.with_suffix(".pdf")
    return [path, pdf] if _print(path, pdf) else [path]


def _print(page: Path, pdf: Path) -> bool:
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return False
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--disable-gpu", "--no-sandbox",
                   f"--user-data-dir={profile}", "--no-pdf-header-footer",
                   f"--print-to-pdf={pdf}", page.resolve().as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=True)
        except (OSError, subprocess.SubprocessError):
            return False
    return pdf.exists()
