"""The study schema, version 1: what is varied, how often, and what is compared.

Keys of the scenario are written as paths: `grid.length_factor`, `devices.ev[0].place.count`.
Parameters of the boxes are written by the id of the firmware's table and go to every box.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ..scenario.base import Name, Strict

VERSION = 1
Setting = int | float | str | bool | list | dict | None


class SeedRange(Strict):
    """Consecutive seeds."""

    first: int = Field(1, ge=0, description="first seed")
    count: int = Field(gt=0, le=100000, description="how many")


class Changes(Strict):
    """Changes to the base scenario."""

    set: dict[str, Any] = Field({}, description="values of the scenario by path")
    parameters: dict[str, int | str] = Field({}, description="parameters of every box by id")


class Variant(Changes):
    """One law, or way of doing, to be compared."""

    name: Name = Field(description="name in tables")
    control: bool = Field(True, description="false: the boxes only watch")


class Axis(Strict):
    """One thing that is swept; all axes are combined with each other."""

    key: str | None = Field(None, description="path of a value of the scenario")
    parameter: str | None = Field(None, description="instead of `key`: parameter of every box")
    values: list[Any] = Field(min_length=1, description="its values")

    @model_validator(mode="after")
    def _one_thing(self):
        if (self.key is None) == (self.parameter is None):
            raise ValueError("give exactly one of `key`, `parameter`")
        if len({repr(value) for value in self.values}) < len(self.values):
            raise ValueError("values: each value once")
        return self

    @property
    def label(self) -> str:
        """Its column in tables."""
        return self.key or self.parameter


Seeds = SeedRange | Annotated[list[int], Field(min_length=1)]


class Study(Changes):
    """A whole study."""

    version: Literal[1] = Field(description="version of this schema")
    name: Name = Field(description="id; by convention the file's name")
    title: str = Field("", description="one line for people")
    about: str = Field("", description="what it shows and what was chosen how")
    base: str = Field(description="scenario file, relative to the study file")
    rung: Literal["core", "unix"] = Field("core", description="what runs the boxes")
    seeds: Seeds = Field(description="list of seeds, or `first` and `count`")
    variants: list[Variant] = Field(min_length=1, description="what is compared")
    against: Name | None = Field(None, description="variant the others are compared with; "
                                 "default: the first")
    sweep: list[Axis] = Field([], description="what is swept")
    measure: list[str] = Field(min_length=1, description="measurements to keep and compare")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="level of the intervals")

    @model_validator(mode="after")
    def _consistent(self):
        names = [variant.name for variant in self.variants]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"variants: {sorted(twice)[0]!r} is given twice")
        if self.against is not None and self.against not in names:
            raise ValueError(f"against: expected one of {', '.join(names)}, got {self.against!r}")
        labels = [axis.label for axis in self.sweep]
        if len(set(labels)) < len(labels):
            raise ValueError("sweep: each key or parameter once")
        if len(set(self.seed_list)) < len(self.seed_list):
            raise ValueError("seeds: each seed once")
        return self

    @property
    def seed_list(self) -> list[int]:
        """The seeds, written out."""
        if isinstance(self.seeds, SeedRange):
            return list(range(self.seeds.first, self.seeds.first + self.seeds.count))
        return list(self.seeds)

    @property
    def reference(self) -> str:
        """The variant the others are compared with."""
        return self.against or self.variants[0].name
