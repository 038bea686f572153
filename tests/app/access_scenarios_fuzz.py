"""Thousands of mutated byte streams against a whole box, on either Python."""

from box_fakes import fresh_folder
from console_fuzz import Fuzz


def scenario_nothing_changes_without_a_login():
    fuzz = Fuzz(fresh_folder("fuzz_locked"), 1)
    fuzz.run(1500)
    assert min(fuzz.seen.values()) > 200, fuzz.seen


def scenario_in_commissioning_nothing_wrong_is_taken():
    fuzz = Fuzz(fresh_folder("fuzz_open"), 2, keys=False)
    fuzz.run(1500)
    assert min(fuzz.seen.values()) > 150, fuzz.seen
    assert fuzz.app.settings.revision > fuzz.revision + 50, "good changes must have passed"
