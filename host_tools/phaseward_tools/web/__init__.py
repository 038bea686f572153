"""The technician's page: one HTML file that talks to a box by Web Serial, with no server.

Its parts lie beside this file and are put together here: style and scripts inside, nothing loaded,
and a content security policy that lets nothing out.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent
_SCRIPTS = ("frames.js", "link.js", "box.js", "tuning.js", "view.js", "page.js")


def page() -> str:
    """The whole page as text."""
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    script = "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    text = (_FOLDER / "page.html").read_text(encoding="utf-8")
    return text.replace("/*STYLE*/", style).replace("/*SCRIPT*/", script)
