"""The meters that are promised by name: each has what a promise needs."""

import inspect

import bus_scenarios_profiles
import pytest

from phaseward.bus import profile

# What was promised -> the stable id; SunSpec 203/213 are two profiles.
NAMED = {
    "Eastron SDM630": "eastron_sdm630",
    "Eastron SDM72D-M V2": "eastron_sdm72dm_v2",
    "Carlo Gavazzi EM24": "carlo_gavazzi_em24",
    "Carlo Gavazzi EM340": "carlo_gavazzi_em340",
    "Janitza UMG 96RM-E": "janitza_umg96rme",
    "Siemens PAC2200": "siemens_pac2200",
    "Schneider iEM3000": "schneider_iem3000",
    "ABB B23": "abb_b23",
    "Phoenix Contact EEM": "phoenix_contact_eem",
    "Chint DTSU666": "chint_dtsu666",
    "SunSpec 203": "sunspec_203",
    "SunSpec 213": "sunspec_213",
    "SunSpec 701": "sunspec_701",
}


@pytest.mark.parametrize("model", sorted(NAMED))
def test_a_named_meter_has_profile_probe_source_and_a_test_of_its_bytes(model):
    """The id is its file's name and what parameters keep: it may never change. The scenario polls
    it against requests and answers in hex; its name begins with the id."""
    name = NAMED[model]
    found = profile.load(name, "meter")
    maker, last = model.split(" ")[0], model.split(" ")[-1].split("-")[0]
    assert maker in found.maker + " SunSpec" and last.rstrip("0") in found.model
    assert found.probe_slot < 3 and 0 < found.probe_low < 230_000 < found.probe_high
    assert len(found.source) > 20
    scenarios = [function for scenario, function in vars(bus_scenarios_profiles).items()
                 if scenario.startswith("scenario_" + name)]
    assert any("check(" in inspect.getsource(function) for function in scenarios), name


def test_every_shipped_meter_is_a_named_one():
    """A further one belongs into the table above, and gets its scenario."""
    meters = [name for name in profile.available() if profile.load(name).kind == "meter"]
    assert sorted(meters) == sorted(NAMED.values())
