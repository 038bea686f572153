"""Parameters that contradict each other are refused together, wherever they come from."""

import pytest

from phaseward.app.batch import Batch
from phaseward.app.editor import Editor
from phaseward.app.settings import Settings
from phaseward.store.parameters import ParameterError, defaults
from phaseward.store.relations import BELOW, broken
from phaseward.store.slots import SlotFile

WRONG = r"pb_lo_mv=250000 must lie below pb_hi_mv=246100: set both in one command"


class Anybody:
    def require(self, level, what):
        pass

    def level(self):
        return 2

    def origin(self):
        return "test"


class Stopped:
    def ticks_ms(self):
        return 0


@pytest.fixture
def editor(tmp_path):
    settings = Settings(SlotFile(str(tmp_path), "params"))
    settings.load()
    return Editor(settings, Stopped(), lambda: None, lambda *_: None)


def test_the_defaults_keep_every_relation():
    values = defaults()
    assert all(name in values for pair in BELOW for name in pair)
    assert broken(values, values) is None


def test_a_set_that_contradicts_a_value_in_force_changes_nothing(editor):
    with pytest.raises(ParameterError, match=WRONG):
        editor.set_all([("bl_share_pm", "50"), ("pb_lo_mv", "250000")], Anybody())
    assert editor.settings.values == defaults()


def test_both_in_one_command_are_taken(editor):
    editor.set_all([("pb_lo_mv", "250000"), ("pb_hi_mv", "260000")], Anybody())
    assert editor.settings.values["pb_lo_mv"] == 250000


def test_a_trial_is_held_to_it_too(editor):
    with pytest.raises(ParameterError, match=WRONG):
        editor.try_all([("pb_lo_mv", "250000")], 60, Anybody())
    assert not editor.trial.before and editor.settings.values == defaults()


def test_a_batch_is_held_to_it_as_a_whole(editor):
    batch = Batch(editor, Stopped())
    batch.begin(Anybody())
    assert batch.add("pb_lo_mv=250000", Anybody()) is None
    with pytest.raises(ParameterError, match=WRONG):
        batch.end(Anybody())
    assert editor.settings.values == defaults()


def test_0_is_no_threshold_and_contradicts_nothing(editor):
    editor.set_all([("pq_hi_mv", "0")], Anybody())
    assert editor.settings.values["pq_hi_mv"] == 0


def test_stored_values_that_contradict_each_other_give_way_to_defaults(tmp_path):
    stored = b"pb_lo_mv=250000\npb_enable=1"
    SlotFile(str(tmp_path), "params").save(stored, 2)
    settings = Settings(SlotFile(str(tmp_path), "params"))
    settings.load()
    assert settings.values == {**defaults(), "pb_enable": 1}
    assert settings.rejected == [
        "pb_lo_mv=250000 must lie below pb_hi_mv=246100: both are at their defaults"
    ]
