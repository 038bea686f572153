"""The pages on flashing, commissioning and the bench, followed literally without hardware.

A block ```yaml that begins with a comment `# NAME.yaml` is the file that the page tells to write.
"""

import re

import pytest
from docs.followed import ROOT, Reader

_FILE = re.compile(r"```yaml\n# ([\w.]+)\n(.*?)```", re.DOTALL)
PAGES = ("docs/FLASHING.md", "docs/COMMISSIONING.md", "docs/HIL.md")


def checkout(folder):
    """What a page finds where the project was cloned."""
    for name in ("scenarios", "firmware"):
        (folder / name).symlink_to(ROOT / name)


def written(page, folder):
    """The files that the page gives."""
    for name, text in _FILE.findall((ROOT / page).read_text()):
        (folder / name).write_text(text)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_page_works_as_typed(page, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    checkout(folder)
    written(page, folder)
    with Reader(folder) as reader:
        reader.follow(page)
    left = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert left & {".html", ".json"}, "a report, a protocol or keys"
