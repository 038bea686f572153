"""What all parts of a scenario share: a strict model, named types, and the error.

Every key of a scenario is a field of one of these models; its `description` is what the
reference page prints. Units are part of the key: `_s`, `_w`, `_v`, `_m`, `_pu`.
"""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class ScenarioError(ValueError):
    """A scenario cannot be used; the text reads `file:line: key: what was expected, got what`."""


class Strict(BaseModel):
    """A model that refuses unknown keys and says which one was probably meant."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, data):
        for key in data if isinstance(data, dict) else ():
            if key not in cls.model_fields:
                raise PydanticCustomError("unknown_key", "{advice}",
                                          {"key": str(key), "advice": _advice(cls, str(key))})
        return data


def _advice(cls, key) -> str:
    close = difflib.get_close_matches(key, cls.model_fields, 1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return f"unknown key{hint} (known here: {', '.join(cls.model_fields)})"


def _clock_time(text) -> str:
    # Unquoted, YAML 1.1 reads 17:45 as the number 1065: catch it before the type check.
    if not isinstance(text, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError(f"expected a clock time HH:MM in quotes, got {text!r}")
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}", text):
        raise ValueError(f"expected a name of up to 40 letters, digits, '_', '-', '.', "
                         f"got {text!r}")
    return text


Name = Annotated[str, AfterValidator(_name)]
Seconds = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
ClockTime = Annotated[str, BeforeValidator(_clock_time)]
Phase = Literal[1, 2, 3]
Phases = Annotated[list[Phase], Field(min_length=1, max_length=3)]
Conductor = Literal["l1", "l2", "l3", "n"]


def clock_s(text: str) -> int:
    """Seconds since midnight of a clock time HH:MM."""
    hours, minutes = text.split(":")
    return 3600 * int(hours) + 60 * int(minutes)
