"""`phaseward params` at a box: all or nothing, trials that end by themselves, copies."""

import json

import pytest
from realtime.live_box import LiveBoard
from realtime.test_realtime import wait_for

from phaseward.store.parameters import defaults, row
from phaseward_tools.field.values import seconds


def value(at, name):
    return next(one for one in json.loads(at("params", "get", name, "--json").stdout)
                if one["id"] == name)


@pytest.fixture(autouse=True)
def as_it_was(live, at):
    yield
    at("params", "revert")
    live_values = {name: default for name, default in defaults().items()
                   if name.startswith(("bl_", "pb_", "l2_"))} | {"bl_reconnect_s": 0}
    done = at("params", "set", *[f"{n}={v}" for n, v in live_values.items()], "--save")
    assert done.exit_code == 0, done.stderr


def test_a_parameter_is_shown_as_the_boxs_own_table_has_it(at):
    done = at("params", "get", "bl_share")
    assert done.exit_code == 0 and not done.stderr
    assert "bl_share_pm     83 permille          10 to 300 permille; default 83" in done.stdout
    assert row("bl_share_pm")[9][:40] in done.stdout
    assert value(at, "l1_kind")["shown"] == "dim"


def test_set_shows_old_and_new_and_save_is_a_step_of_its_own(at):
    done = at("params", "set", "bl_share_pm=90", "l2_kind=dim")
    assert "bl_share_pm=90  83 permille -> 90 permille" in done.stdout
    assert "l2_kind=1  none -> dim" in done.stdout and "params save" in done.stdout
    assert (value(at, "bl_share_pm")["value"], value(at, "bl_share_pm")["saved"]) == (90, False)
    assert at("params", "save").stdout == "saved\n"
    assert value(at, "bl_share_pm")["saved"]


def test_one_wrong_value_and_nothing_is_changed(at):
    done = at("params", "set", "bl_learn_min=60", "bl_share_pm=5", "bl_shar=3", "l2_kind=dimm")
    assert done.exit_code == 3
    assert "expected 10 to 300 permille" in done.stderr
    assert "is bl_share_pm meant?" in done.stderr and "none or dim or pause" in done.stderr
    assert "nothing was changed" in done.stderr
    assert value(at, "bl_learn_min")["value"] == defaults()["bl_learn_min"]


def test_what_only_the_box_can_check_is_refused_in_its_words(at):
    """A manufacturer's parameter, and a text that holds a letter it must not."""
    assert at("params", "set", "sy_un_mv=231000").exit_code == 8
    done = at("params", "set", "bl_learn_min=60", "mb_meter=SDM630")
    assert done.exit_code == 8 and "letters a-z" in done.stderr
    assert value(at, "bl_learn_min")["value"] == defaults()["bl_learn_min"]


def test_a_trial_ends_by_itself_also_when_nobody_is_there_any_more(at):
    done = at("params", "try", "bl_share_pm=120", "--for", "2s")
    assert "back by itself in" in done.stdout and value(at, "bl_share_pm")["value"] == 120
    refused = at("params", "save")
    assert refused.exit_code == 8 and "values are on trial" in refused.stderr
    wait_for(lambda: value(at, "bl_share_pm")["value"] == 83)


def test_a_trial_can_be_kept_or_ended(at):
    at("params", "try", "bl_share_pm=120")
    assert "bl_share_pm=83  83 permille is back" in at("params", "revert").stdout
    at("params", "try", "bl_share_pm=120", "--for", "10m")
    assert "120 permille stays" in at("params", "commit", "--save").stdout
    assert value(at, "bl_share_pm") | {"value": 120, "saved": True} == value(at, "bl_share_pm")
    done = at("params", "revert")
    assert done.exit_code == 8 and "nothing is on trial" in done.stderr


def test_what_differs_is_copied_to_another_box(at, invoke, tmp_path):
    at("params", "set", "bl_share_pm=90", "pb_margin_mv=12000", "--save")
    done = at("params", "diff")
    lines = done.stdout.splitlines()
    assert lines[0] == "load 2 fresh" and lines[-1] == "end"
    assert "bl_share_pm=90" in lines and not any("4711" in line for line in lines
                                                 if not line.startswith("#"))
    (tmp_path / "site.txt").write_text(done.stdout)
    with LiveBoard(tmp_path / "other", bl_learn_min=100) as other:
        loaded = invoke("params", "load", tmp_path / "site.txt", "--save", "--port", other.port)
        assert loaded.exit_code == 0 and "saved" in loaded.stdout
        assert "bl_learn_min: 100 min -> 4320 min" in loaded.stdout
        same = invoke("params", "diff", tmp_path / "site.txt", "--port", other.port)
        assert same.stdout == "no difference\n"


def test_a_file_with_one_wrong_line_saves_nothing_and_names_it(at, tmp_path):
    file = tmp_path / "bad.txt"
    file.write_text("load 2\nbl_learn_min=60\nbl_share_pm=5\nwhat=1\nbl_learn_min=31\nend\n")
    done = at("params", "load", file, "--save")
    assert done.exit_code == 3
    for text in ("bad.txt:3: bl_share_pm = 5: expected 10 to 300", "bad.txt:4: what: this box has "
                 "no such parameter", "bad.txt:5: bl_learn_min is given twice", "3 wrong lines"):
        assert text in done.stderr.replace("\n", " ").replace("  ", " "), done.stderr
    assert value(at, "bl_learn_min")["value"] == 4320


def test_a_dump_loads_again_and_dry_run_changes_nothing(at, tmp_path):
    file = tmp_path / "all.txt"
    assert f"{len(defaults())} parameters written" in at("params", "dump", file).stdout
    at("params", "set", "bl_share_pm=90")
    dry = at("params", "load", file, "--dry-run")
    assert "bl_share_pm: 90 permille -> 83 permille" in dry.stdout
    assert value(at, "bl_share_pm")["value"] == 90
    assert "1 values changed" in at("params", "load", file).stdout
    assert value(at, "bl_share_pm")["value"] == 83


def test_a_file_of_a_newer_schema_is_refused(at, tmp_path):
    file = tmp_path / "newer.txt"
    file.write_text("load 99 fresh\nbl_share_pm=90\n")
    done = at("params", "load", file)
    assert done.exit_code == 3 and "its firmware is older" in done.stderr


def test_an_older_files_lines_are_converted_by_the_box(at, tmp_path):
    """Schema 1 had sy_save_s in seconds: 1800 s are 30 min."""
    file = tmp_path / "older.txt"
    file.write_text("load 1\nsy_save_s=1800\n")
    assert at("params", "load", file).exit_code == 0
    assert value(at, "sy_save_min")["value"] == 30
    at("params", "set", "sy_save_min=60", "--save")


def test_doc_explains_with_and_without_a_box(at, invoke):
    done = at("params", "doc", "bl_share_pm")
    assert done.stdout == invoke("params", "doc", "bl_share_pm", "--offline").stdout
    assert "changed by: technician" in done.stdout and "source:" in done.stdout
    assert invoke("params", "doc", "nonsense", "--offline").exit_code == 3


def test_times_are_understood():
    assert [seconds(text) for text in ("600", "90s", "10m", "10min", "2h")] == [600, 90, 600, 600,
                                                                                7200]
    for wrong in ("", "0", "25h", "-3", "2d", "m"):
        with pytest.raises(ValueError, match="expected a time"):
            seconds(wrong)
