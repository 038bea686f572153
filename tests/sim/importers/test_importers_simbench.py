"""SimBench codes come with their year of profiles."""

from datetime import datetime

import pytest

from phaseward_sim import importers
from phaseward_sim.grids.excerpt import GridFileError

pytest.importorskip("simbench", reason="needs simbench, in phaseward[grids]")


@pytest.mark.slow
def test_a_code_comes_with_its_year_and_names_its_storages():
    excerpt, missing = importers.load("simbench:1-LV-rural3--2-sw")
    assert (len(excerpt.buses), len(excerpt.lines)) == (128, 127)  # 129 with the MV bus
    days = excerpt.profiles.days
    assert days[0].isoformat() == "2016-01-01" and len(days) == 366
    assert [item.element for item in missing] == [f"storage{n}" for n in range(1, 17)]
    # The hour that summer time leaves out is a gap, named when a run needs it.
    with pytest.raises(GridFileError, match="no row for 2016-03-27 02:00:00"):
        excerpt.profiles.index(datetime(2016, 3, 27, 2))
    assert excerpt.profiles.times[excerpt.profiles.index(datetime(2016, 12, 1))].month == 12


@pytest.mark.slow
def test_an_unknown_code_is_refused_with_examples():
    with pytest.raises(GridFileError, match="no LV code of SimBench; for example 1-LV-rural1"):
        importers.load("simbench:1-LV-moon")
