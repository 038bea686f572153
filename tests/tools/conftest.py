"""Shared by the tests of the tools: the made-up cases and their page, built once."""

import pytest
from tools import synthetic

from phaseward_tools.report import render


@pytest.fixture(scope="session")
def cases():
    return synthetic.cases()


@pytest.fixture(scope="session")
def page(cases):
    return render(cases, "Demo")
