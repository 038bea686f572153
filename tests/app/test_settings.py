"""Parameters in force and saved: only differences are stored, bad stored lines are named."""

import pytest

from phaseward.app.settings import Settings
from phaseward.store.parameters import ParameterError, defaults
from phaseward.store.slots import SlotFile


@pytest.fixture
def settings(tmp_path):
    return reopened(tmp_path)


def reopened(folder):
    settings = Settings(SlotFile(str(folder), "params"))
    settings.load()
    return settings


def test_without_stored_values_the_defaults_are_in_force(settings):
    assert settings.values == defaults()
    assert settings.unsaved() == settings.changed() == settings.rejected == []


def test_a_value_survives_a_restart_only_after_save(settings, tmp_path):
    settings.set("pb_enable", 1)
    assert settings.unsaved() == ["pb_enable"]
    assert reopened(tmp_path).values["pb_enable"] == 0
    settings.save()
    assert settings.unsaved() == []
    assert reopened(tmp_path).values["pb_enable"] == 1


def test_only_differences_from_the_defaults_are_stored(settings, tmp_path):
    settings.set("bl_share_pm", 50)
    settings.set("mb_meter", "another_meter")
    settings.save()
    stored = SlotFile(str(tmp_path), "params").load()
    assert stored == b"bl_share_pm=50\nmb_meter=another_meter"


def test_a_bad_value_is_refused_and_the_old_one_stays(settings):
    with pytest.raises(ParameterError, match=r"bl_share_pm = 5: expected .* 10\.\.300"):
        settings.set("bl_share_pm", 5)
    assert settings.values["bl_share_pm"] == defaults()["bl_share_pm"]


def test_an_unknown_id_is_named(settings):
    with pytest.raises(ParameterError, match="bl_sharee: no such parameter"):
        settings.set("bl_sharee", 5)


@pytest.mark.parametrize(
    "line", ["unknown_id=1", "bl_share_pm=many", "bl_share_pm=5", "mb_meter=A B"]
)
def test_a_stored_line_of_another_firmware_is_left_out_and_reported(tmp_path, line):
    SlotFile(str(tmp_path), "params").save(("pb_enable=1\n" + line).encode(), 1)
    settings = reopened(tmp_path)
    assert settings.values["pb_enable"] == 1
    assert len(settings.rejected) == 1 and settings.rejected[0].startswith(line + ": ")


def test_defaults_in_memory_leave_the_saved_values_until_save(settings, tmp_path):
    settings.set("pb_enable", 1)
    settings.save()
    settings.set_defaults()
    assert settings.values == defaults()
    assert reopened(tmp_path).values["pb_enable"] == 1
