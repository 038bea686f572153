"""Updates on both Pythons, on littlefs: scenarios, and a power cut at every flash operation.

With the campaigns of the store more than 1000 cut points on each Python.
"""

import pytest
from both_pythons import cases, on_micropython

SCENARIOS = (
    "update_scenarios_ed25519",
    "update_scenarios_in_place",
    "update_scenarios_receiving",
    "update_scenarios_selection",
)
CUTS = ("update_cuts",)
CUT_POINTS = {
    "cuts_of_receiving": 200,
    "cuts_of_receiving_in_place": 500,
    "cuts_of_the_swap": 200,
    "cuts_of_the_swap_in_place": 500,
    "cuts_of_taking_back": 30,
    "cuts_of_taking_back_in_place": 30,
}


@pytest.mark.parametrize("scenario", cases(SCENARIOS))
def test_on_cpython(scenario):
    scenario()


@pytest.mark.parametrize("module", SCENARIOS)
def test_on_micropython(module):
    assert on_micropython(module)


@pytest.mark.parametrize("campaign", cases(CUTS))
def test_a_power_cut_anywhere_leaves_one_of_two_applications_on_cpython(campaign):
    assert campaign() >= CUT_POINTS[campaign.__name__]


@pytest.mark.parametrize("module", CUTS)
def test_a_power_cut_anywhere_leaves_one_of_two_applications_on_micropython(module):
    for name, cuts in on_micropython(module).items():
        assert int(cuts) >= CUT_POINTS[name]
