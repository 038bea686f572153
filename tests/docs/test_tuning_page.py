"""docs/TUNING.md, followed literally."""

import pytest
from docs.followed import Reader


@pytest.mark.slow
def test_the_page_on_tuning_works_as_typed(tmp_path):
    pytest.importorskip("textual", reason="extra `field`")
    folder = tmp_path / "desk"
    folder.mkdir()
    with Reader(folder) as reader:
        reader.follow("docs/TUNING.md")
        assert "83 permille -> 90 permille" in reader.said["phaseward params set bl_share_pm=90"]
        assert "no difference" in reader.said["phaseward params diff everything.txt"]
        assert "bl_share_pm=95" in (folder / "site.txt").read_text()
        for name in ("records.html", "box.html", "phaseward.html"):
            assert (folder / name).stat().st_size > 10_000
