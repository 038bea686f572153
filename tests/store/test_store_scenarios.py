"""The store's scenarios and power cuts: each a test on CPython, each module one on MicroPython.

On littlefs both times: the littlefs-python binding here, MicroPython's own there.
"""

import pytest
from both_pythons import cases, on_micropython

SCENARIOS = (
    "store_scenarios_slots",
    "store_scenarios_log",
    "store_scenarios_refusal",
    "store_scenarios_wear",
)
CUTS = ("store_cuts_records", "store_cuts_log")
CUT_POINTS = {
    "cuts_of_saving_parameters": 150,
    "cuts_of_writing_history": 200,
    "cuts_of_counting_boots": 90,
    "cuts_of_rotating_the_log": 250,
}


@pytest.mark.parametrize("scenario", cases(SCENARIOS))
def test_on_cpython(scenario):
    scenario()


@pytest.mark.parametrize("module", SCENARIOS)
def test_on_micropython(module):
    assert on_micropython(module)


@pytest.mark.parametrize("campaign", cases(CUTS))
def test_a_power_cut_anywhere_leaves_a_valid_state_on_cpython(campaign):
    assert campaign() >= CUT_POINTS[campaign.__name__]


@pytest.mark.parametrize("module", CUTS)
def test_a_power_cut_anywhere_leaves_a_valid_state_on_micropython(module):
    for name, cuts in on_micropython(module).items():
        assert int(cuts) >= CUT_POINTS[name]
