"""Scenario files: what is wrong is said with file, line and key; what is right is taken."""

from pathlib import Path

import pytest

from phaseward_sim.scenario import ScenarioError, load, loads, reference

ROOT = Path(__file__).resolve().parents[3]
HEAD = """version: 1
name: small
seed: 1
start: 2016-01-28T15:00:00
duration_s: 600
grid: {excerpt: rural2}
"""


def refused(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        loads(HEAD + text, "x.yaml")
    return str(error.value).splitlines()


@pytest.mark.parametrize(("text", "message"), [
    ("boxes:\n  - name: b\n    loads:\n      - {device: ev1, kind: dimm}\n",
     "x.yaml:10: boxes[0].loads[0].kind: expected one of 'dim', 'pause', 'lock', got 'dimm'"),
    ("boxes:\n  - name: b\n    bus: b1\n    poll_s: 0\n",
     "x.yaml:10: boxes[0].poll_s: expected greater than 0, got 0"),
    ("boxes:\n  - name: b\n    bus: b1\n    poll_s: often\n",
     "x.yaml:10: boxes[0].poll_s: expected a valid number, got 'often'"),
    ("boxes:\n  - {name: b}\n",
     "x.yaml:8: boxes[0]: give `bus`, `loads`, `stage`, `inverter`, `selector` or `for_each`"),
    ("boxes:\n  - {name: a b, bus: b1}\n", "x.yaml:8: boxes[0].name: expected a name of up to 40 "
     "letters, digits, '_', '-', '.', got 'a b'"),
    ("events:\n  - {at_s: 1, do: shout}\n",
     "x.yaml:8: events[0]: do: expected one of 'mark', 'console', 'meter_fault', 'contactor', "
     "'open', 'close', 'switch', 'tap', got 'shout'"),
    ("events:\n  - {at_s: 1}\n", "x.yaml:8: events[0]: key 'do' is missing"),
    ("events:\n  - {at_s: 1, do: mark}\n", "x.yaml:8: events[0].label: is missing"),
    ("devices:\n  ev:\n    - {name: e, bus: b1, habit: {arrive: 17:45}}\n",
     "x.yaml:9: devices.ev[0].habit.arrive: expected a clock time HH:MM in quotes, got 1065"),
    ("devices:\n  ev:\n    - {name: e, bus: b1}\n",
     "x.yaml:9: devices.ev[0]: give exactly one of `sessions`, `habit`"),
    ("verdicts:\n  - {measure: u_min_v, at_least: 1, settle_s: 5}\n",
     "x.yaml:8: verdicts[0]: settle_s: only together with `window`"),
    ("step_s: 7\n", "x.yaml:1: duration_s: expected a multiple of step_s=7"),
    ("source: {voltage_pu: 1, profile: [{at_s: 0, pu: 1}]}\n",
     "x.yaml:7: source: give `voltage_pu` or `profile`, not both"),
])
def test_each_fault_is_named_with_line_key_and_what_was_expected(text, message):
    assert refused(text) == [message]


def test_a_typo_in_a_key_gets_the_key_that_was_meant():
    line = refused("boxes:\n  - {name: b, bus: b1, pol_s: 3}\n")[0]
    assert line.startswith("x.yaml:8: boxes[0].pol_s: unknown key; did you mean 'poll_s'?")


def test_all_faults_are_listed_at_once_and_a_flood_is_cut():
    lines = refused("boxes:\n" + "".join(f"  - {{name: b{i}, bus: b, poll_s: 0}}\n"
                                         for i in range(12)))
    assert len(lines) == 11 and lines[-1] == "... and 2 more"
    assert lines[3].startswith("x.yaml:11: boxes[3].poll_s")


@pytest.mark.parametrize(("text", "message"), [
    ("seed: [1\n", ":2: not YAML"),
    ("", "expected keys such as `version: 1`, got NoneType"),
    ("- 1\n", "got list"),
    ("a: 1\nb: 2\na: 3\n", ":3: a: given twice, first in line 1"),
])
def test_files_that_are_no_mapping_are_refused(text, message):
    with pytest.raises(ScenarioError, match=message):
        loads(text, "x.yaml")


def test_numbers_are_not_read_out_of_text_or_truth_values():
    with pytest.raises(ScenarioError, match="seed: expected a valid integer, got '1'"):
        loads(HEAD.replace("seed: 1", 'seed: "1"'), "x.yaml")
    with pytest.raises(ScenarioError, match="seed: expected a valid integer, got True"):
        loads(HEAD.replace("seed: 1", "seed: true"), "x.yaml")


def test_a_missing_file_and_a_binary_file_are_named(tmp_path):
    with pytest.raises(ScenarioError, match="none.yaml: cannot be read: No such file"):
        load(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="not a UTF-8 text file"):
        load(tmp_path / "b.yaml")


def test_later_checks_can_name_a_place_in_the_same_way():
    file = loads(HEAD + "boxes:\n  - {name: b, bus: b1}\n", "x.yaml")
    assert str(file.error(("boxes", 0, "bus"), "no")) == "x.yaml:8: boxes[0].bus: no"


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")),
                         ids=lambda path: path.stem)
def test_shipped_scenarios_load_and_bear_their_files_name(path):
    assert load(path).scenario.name == path.stem


def test_the_reference_page_is_up_to_date():
    page = (ROOT / "docs" / "SCENARIOS.md").read_text(encoding="utf-8")
    assert page == reference.page(), (
        "run: python -m phaseward_sim.scenario.reference docs/SCENARIOS.md")


def test_the_reference_page_names_every_key_once_per_model():
    page = reference.page()
    for key in ("length_factor", "single_phase_up_to_va", "for_each", "settle_s", "event_min"):
        assert page.count(f"| `{key}` |") == 1
