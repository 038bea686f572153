"""Parameters saved by version 0.1.0 (schema 1) are taken up by this one, and the other way."""

from phaseward.app.settings import Settings
from phaseward.store.migrations import SCHEMA, migrate
from phaseward.store.parameters import defaults
from phaseward.store.slots import SlotFile

# The slot file that version 0.1.0 wrote for pb_enable = 1, sy_save_s = 7230, mb_meter_addr = 7:
# magic, schema 1, counter 1, length 42, CRC-32, payload.
OLD_SLOT = (
    b"PW\x01\x00\x01\x00\x00\x00\x2a\x00\x49\xc4\xc2\x93"
    b"pb_enable=1\nsy_save_s=7230\nmb_meter_addr=7"
)


def loaded(folder):
    settings = Settings(SlotFile(str(folder), "params"))
    settings.load()
    return settings


def test_a_renamed_and_rescaled_value_arrives_in_its_new_unit(tmp_path):
    """7230 s are 120.5 min: 121, so that flash is not written more often than was asked for."""
    (tmp_path / "params.a").write_bytes(OLD_SLOT)
    settings = loaded(tmp_path)
    assert settings.rejected == []
    changed = {"pb_enable": 1, "sy_save_min": 121, "mb_meter_addr": 7}
    assert settings.values == {**defaults(), **changed}


def test_the_old_bytes_stay_until_the_next_save(tmp_path):
    """So that a firmware on trial that is taken back finds what it left."""
    (tmp_path / "params.a").write_bytes(OLD_SLOT)
    loaded(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["params.a"]
    settings = loaded(tmp_path)
    settings.save()
    assert (tmp_path / "params.a").read_bytes() == OLD_SLOT
    slots = SlotFile(str(tmp_path), "params")
    assert b"sy_save_min=121" in slots.load() and slots.schema == SCHEMA
    assert loaded(tmp_path).values == settings.values


def test_a_value_that_cannot_be_converted_is_named_and_left_out(tmp_path):
    SlotFile(str(tmp_path), "params").save(b"sy_save_s=often\npb_enable=1", 1)
    settings = loaded(tmp_path)
    assert settings.values == {**defaults(), "pb_enable": 1}
    assert len(settings.rejected) == 1 and settings.rejected[0].startswith("sy_save_s=often: ")


def test_steps_run_one_after_another():
    """From schema 1 a is renamed to b and then halved as c; from schema 2 only the latter."""
    steps = {1: {"a": ("b", None)}, 2: {"b": ("c", lambda text: str(int(text) // 2))}}
    assert migrate([("a", "8"), ("x", "1")], 1, steps) == [("c", "4"), ("x", "1")]
    assert migrate([("a", "8"), ("b", "6")], 2, steps) == [("a", "8"), ("c", "3")]
    assert migrate([("c", "4")], 3, steps) == [("c", "4")]


def test_parameters_of_a_newer_firmware_are_taken_where_known_and_said(tmp_path):
    SlotFile(str(tmp_path), "params").save(b"pb_enable=1\nzz_new_mv=5", SCHEMA + 1)
    settings = loaded(tmp_path)
    assert settings.values == {**defaults(), "pb_enable": 1}
    assert len(settings.rejected) == 2
    assert "newer firmware" in settings.rejected[1]


def test_the_settings_say_which_copy_is_in_use(tmp_path):
    settings = loaded(tmp_path)
    assert settings.told() == "params: nothing stored"
    for value in (0, 1, 0):
        settings.set("pb_enable", value)
        settings.save()
    (tmp_path / "params.a").write_bytes(b"rot")
    settings = loaded(tmp_path)
    assert settings.told() == "params: one copy is damaged, the other is used"
    assert settings.values["pb_enable"] == 1
