"""Tests of a box through labgrid; what a laboratory would start from."""

import pytest


@pytest.fixture
def box(target):
    target.get_driver("PhasewardStrategy").transition("measuring")
    return target.get_driver("PhasewardBoxDriver")


def test_the_box_measures_mains(box):
    assert all(207_000 <= mv <= 253_000 for mv in box.status()["u_ln_mv"])


def test_a_held_back_load_shows_at_the_contact(box):
    box.hold_back(1, 2)
    assert box.levels()["relay_l1"] in (0, 1)


def test_it_comes_back_after_a_restart(box):
    box.restart()
    assert box.box.client.request("identify")["protocol"] >= 1
