"""Which runs a study makes, what names them, and how errors in it are told."""

import pytest
from sim.study.conftest import SCENARIO, STUDY

from phaseward_sim import study
from phaseward_sim.study.paths import assign, parts

SWEEP = STUDY + """\
sweep:
  - {key: grid.length_factor, values: [1.0, 2.0]}
  - {parameter: bl_share_pm, values: [50, 80, 100]}
"""


def test_every_variant_point_and_seed_is_a_run_and_equal_ones_are_done_once(study_file):
    runs = study.make_plan(study.load(study_file(SWEEP))).runs
    assert len(runs) == 2 * 2 * 3 * 3  # variants, lengths, shares, seeds
    # Boxes that only watch decide nothing: their parameter makes no difference.
    assert len({r.digest for r in runs if r.variant == "watching"}) == 2 * 3
    assert len({r.digest for r in runs if r.variant == "boxes"}) == 2 * 3 * 3
    shares = {r.data["boxes"][0]["parameters"]["bl_share_pm"] for r in runs
              if r.variant == "boxes"}
    assert shares == {50, 80, 100}


def test_a_run_is_named_by_what_decides_it(study_file, monkeypatch):
    def digests(text=STUDY, scenario=SCENARIO):
        return [run.digest for run in study.make_plan(study.load(study_file(text, scenario))).runs]

    before = digests()
    assert digests() == before
    assert digests(scenario="# a comment\n" + SCENARIO) == before
    assert digests(STUDY.replace("[u_min_v, event_min]", "[u_max_v]")) == before
    # Verdicts against a run without boxes cost that run, and decide nothing here.
    assert digests(scenario=SCENARIO.split("verdicts")[0]) == before
    assert set(digests(scenario=SCENARIO.replace("400", "401"))).isdisjoint(before)
    assert set(digests(STUDY.replace("trial", "other"))) == set(before)
    monkeypatch.setattr("phaseward_sim.study.plan.source_version", lambda: "another")
    assert set(digests()).isdisjoint(before)


def test_a_changed_data_file_makes_another_run(study_file, tmp_path):
    scenario = SCENARIO.replace("grid:\n  inline:", "grid:\n  network: feeder.dss\n#") \
        .split("    transformer_bus")[0] + "watch: []\n"
    (tmp_path / "feeder.dss").write_text("new circuit.c\nRedirect more/lines.dss\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "lines.dss").write_text("new loadshape.x mult=(file=day.csv)\n")
    text = STUDY.replace("  - {name: boxes}\n", "")

    def digests():
        return {run.digest for run in study.make_plan(study.load(study_file(text, scenario))).runs}

    before = digests()
    (tmp_path / "unused.dss").write_text("! nothing leads here\n")
    assert digests() == before
    (tmp_path / "more" / "day.csv").write_text("1.0\n")
    assert digests().isdisjoint(before)


def test_a_grid_may_be_changed_as_a_whole(study_file):
    text = STUDY + """\
sweep:
  - key: grid.inline.lines
    values:
      - [{name: w1, from_bus: lv, to_bus: far, length_m: 100}]
      - [{name: w1, from_bus: lv, to_bus: far, length_m: 200}]
"""
    runs = study.make_plan(study.load(study_file(text))).runs
    assert len({run.digest for run in runs}) == 2 * 2 * 3


@pytest.mark.parametrize(("text", "message"), [
    (STUDY + "sweeep: []\n", r"trial.yaml:9: sweeep: unknown key; did you mean 'sweep'\?"),
    (STUDY.replace("small.yaml", "gone.yaml"), "gone.yaml: cannot be read"),
    (STUDY.replace("count: 3", "count: 0"), "trial.yaml:4: seeds"),
    (STUDY.replace("name: boxes", "name: watching"), "'watching' is given twice"),
    (STUDY + "against: nobody\n", "against: expected one of watching, boxes, got 'nobody'"),
    (STUDY.replace("u_min_v", "u_mean_v"), r"trial.yaml:8: measure\[0\]: expected one of"),
    (STUDY + "sweep: [{key: grid.lenth_factor, values: [1]}]\n",
     r"trial.yaml:9: sweep\[0\].key: grid.lenth_factor=1: grid.*did you mean 'length_factor'"),
    (STUDY + "sweep:\n  - {key: grid.length_factor, values: [1.0, -1.0]}\n",
     r"trial.yaml:10: sweep\[0\].key: grid.length_factor=-1.0: .*greater than 0"),
    (STUDY + "set: {'devices.ev[3].max_a': 10}\n",
     r"trial.yaml:9: set.devices.ev\[3\].max_a: .*the list has 1 entries"),
    (STUDY.replace("{name: boxes}", "{name: boxes, parameters: {bl_shar: 1}}"),
     r"trial.yaml:7: variants\[1\].parameters.bl_shar: .*bl_shar"),
    (STUDY + "sweep: [{parameter: bl_share_pm, values: [50, 5000]}]\n",
     r"trial.yaml:9: sweep\[0\].parameter: .*5000"),
    (STUDY + "sweep: [{parameter: bl_share_pm, key: a, values: [50]}]\n",
     "exactly one of `key`, `parameter`"),
    ("- 1\n", "trial.yaml:1: expected keys"),
    ("version: [\n", "trial.yaml:2: not YAML"),
])
def test_errors_name_file_line_and_key(study_file, text, message):
    with pytest.raises(study.StudyError, match=message):
        study.make_plan(study.load(study_file(text)))


def test_a_wrong_base_scenario_is_told_as_such(study_file):
    wrong = SCENARIO.replace("lv\n", "lv\n    x: 1\n")
    with pytest.raises(study.StudyError, match="the base scenario: grid"):
        study.make_plan(study.load(study_file(scenario=wrong)))


def test_keys_that_only_fit_together_may_be_changed_together(study_file):
    text = STUDY + "set: {grid.inline: null, grid.excerpt: rural2, 'devices.ev[0].bus': bus42,\n" \
        "      watch: [bus42]}\n"
    runs = study.make_plan(study.load(study_file(text))).runs
    assert runs[0].data["grid"] == {"inline": None, "excerpt": "rural2"}


def test_paths_lead_through_lists_and_make_new_mappings():
    assert parts("devices.ev[0].place") == ["devices", "ev", 0, "place"]
    data = {"devices": {"ev": [{"name": "car"}]}}
    assign(data, "devices.ev[0].habit.arrive", "18:00")
    assign(data, "learning.days", 4)
    assert data == {"devices": {"ev": [{"name": "car", "habit": {"arrive": "18:00"}}]},
                    "learning": {"days": 4}}
    for path in ("devices.ev.name", "devices[0]", "a..b", ""):
        with pytest.raises((KeyError, ValueError)):
            assign(data, path, 1)
