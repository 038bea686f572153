"""docs/METERS.md is what the profiles say."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def renderer():
    spec = importlib.util.spec_from_file_location("meters", ROOT / "scripts" / "render_meters.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_up_to_date():
    meters = renderer()
    assert meters.TARGET.read_text() == meters.render(), "run python scripts/render_meters.py"


def test_an_outdated_reference_is_noticed(tmp_path, capsys):
    meters = renderer()
    meters.TARGET = tmp_path / "METERS.md"
    assert meters.main(["--check"]) == 1
    assert "METERS.md is out of date" in capsys.readouterr().out
    assert meters.main([]) == 0
    assert meters.main(["--check"]) == 0


def test_every_profile_names_its_source_and_what_was_checked():
    meters = renderer()
    for name in meters.profile.available():
        section = meters.render().split(f"`{name}`")[1].split("###")[0]
        assert "Source: " in section and "Checked: " in section
