"""The scenario schema, version 1: one file for every rung.

A scenario says what the grid is, what is connected, which boxes there are, what happens, and what
must come out. `load.load` reads one; `reference` prints this schema as a page.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, NaiveDatetime, model_validator

from .base import Name, Positive, Strict
from .boxes import Box
from .course import Evaluation, Event, Learning, Verdict
from .devices import Devices
from .grid import Grid, Source

VERSION = 1


def _time_in_quotes(value):
    """YAML reads a date and time without quotes; in quotes it comes as text."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("expected a date and time such as 2016-01-28T15:00:00, "
                         f"got {value!r}") from None


class Scenario(Strict):
    """A whole scenario."""

    version: Literal[1] = Field(description="version of this schema")
    name: Name = Field(description="id; by convention the file's name")
    title: str = Field("", description="one line for people")
    about: str = Field("", description="what it shows and what was chosen how")
    seed: int = Field(ge=0, description="everything random follows from it")
    start: Annotated[NaiveDatetime, BeforeValidator(_time_in_quotes)] = Field(
        description="local time of t = 0, for example 2016-01-28T15:00:00")
    duration_s: Positive = Field(description="length in s, a multiple of `step_s`")
    step_s: Positive = Field(1.0, description="grid step in s")
    grid: Grid = Field(description="the network")
    source: Source = Field(Source(), description="the medium-voltage side")
    devices: Devices = Field(Devices(), description="what is connected")
    boxes: list[Box] = Field([], description="the control boxes")
    events: list[Event] = Field([], description="what happens meanwhile")
    learning: Learning | None = Field(None, description="history given to the boxes")
    evaluation: Evaluation = Field(Evaluation(), description="what counts as a voltage event")
    verdicts: list[Verdict] = Field([], description="what must come out")
    watch: list[str] = Field([], description="buses whose voltages are recorded beside those of "
                             "the boxes")
    focus_bus: str | None = Field(None, description="bus a reader sees first")

    @model_validator(mode="after")
    def _whole_steps(self):
        steps = self.duration_s / self.step_s
        if abs(steps - round(steps)) > 1e-6:
            raise ValueError(f"duration_s: expected a multiple of step_s={self.step_s:g}")
        if self.step_s > 60 and 900 % self.step_s:
            raise ValueError("step_s: above 60 s expected a divisor of 900 s, the profiles' step")
        return self

    @property
    def steps(self) -> int:
        """Number of grid steps."""
        return round(self.duration_s / self.step_s)
