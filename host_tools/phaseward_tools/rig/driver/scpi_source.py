"""Programmable AC sources by SCPI: two families behind one protocol (`protocol.Source`).

Commands are those of the makers' manuals: Chroma 61500/61600/61700 user's manuals (three-phase
models select the phase with INSTrument:NSELect) and California Instruments i/iX series SCPI
programming manual, P/N 7000-982 (AMETEK). Neither was tried on an instrument; both are tested
against simulated ones. After every setting the error queue is read: an instrument that refuses a
value ends the run. Phase angles stay at the instrument's own 120 degrees.
"""

from __future__ import annotations

import contextlib

from ..errors import RigError
from ..resource import visa

PHASES = (1, 2, 3)


class ScpiSource:
    """What both families share. instrument: offers `write`, `query`, `close`."""

    family = ""
    maker = ""  # stands in the answer to *IDN?
    _set_voltage = "VOLT"  # of the selected phase

    def __init__(self, instrument, name: str):
        self._instrument, self.name = instrument, name

    def identify(self) -> str:
        text = self._ask("*IDN?")
        if self.maker.lower() not in text.lower():
            raise RigError(f"{self.name}: says {text!r}; kind {self.family} expects an instrument "
                           f"of {self.maker}")
        return text

    def prepare(self, range_v: float, limit_a: float, frequency_hz: float) -> None:
        self.output(False)
        self._tell("INST:COUP NONE")
        self.voltages((0.0, 0.0, 0.0))
        for command in self._set_up(range_v, limit_a, frequency_hz):
            self._tell(command)

    def voltages(self, u_v: tuple[float, float, float]) -> None:
        for phase, volts in zip(PHASES, u_v, strict=True):
            self._tell(f"INST:NSEL {phase}")
            self._tell(f"{self._set_voltage} {volts:.1f}")

    def output(self, on: bool) -> None:
        self._tell(f"OUTP {'ON' if on else 'OFF'}")

    def measured(self) -> tuple[float, float, float]:
        found = []
        for phase in PHASES:
            self._tell(f"INST:NSEL {phase}")
            found.append(self._number("MEAS:VOLT:AC?"))
        return tuple(found)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.output(False)
        with contextlib.suppress(Exception):
            self._instrument.close()

    def _set_up(self, range_v, limit_a, frequency_hz) -> list[str]:
        raise NotImplementedError

    def _number(self, question: str) -> float:
        text = self._ask(question)
        try:
            return float(text)
        except ValueError:
            raise RigError(f"{self.name}: answered {text!r} to {question}, expected a number"
                           ) from None

    def _ask(self, question: str) -> str:
        try:
            return self._instrument.query(question).strip()
        except Exception as error:  # pyvisa's errors, and those of its backends
            raise RigError(f"{self.name}: no answer to {question}: {error}; is it on, and in "
                           "remote control?") from None

    def _tell(self, command: str) -> None:
        try:
            self._instrument.write(command)
        except Exception as error:
            raise RigError(f"{self.name}: {command} cannot be sent: {error}") from None
        told = self._ask("SYST:ERR?")
        if not told.lstrip("+").startswith("0"):
            raise RigError(f"{self.name}: refuses {command!r}: {told}")


class Chroma(ScpiSource):
    """Chroma 61500, 61600 and 61700 series."""

    family, maker = "chroma_61500", "Chroma"
    _set_voltage = "VOLT:AC"

    def _set_up(self, range_v, limit_a, frequency_hz):
        for phase in PHASES:
            yield f"INST:NSEL {phase}"
            yield f"VOLT:LIM:AC {range_v:.1f}"
            yield f"CURR:LIM {limit_a:.2f}"
        yield f"FREQ {frequency_hz:.2f}"


class CaliforniaInstruments(ScpiSource):
    """California Instruments (AMETEK) i, iX, MX and RS series."""

    family, maker = "california_instruments", "California Instruments"

    def _set_up(self, range_v, limit_a, frequency_hz):
        yield "INST:COUP ALL"
        yield f"VOLT:RANG {range_v:.0f}"
        yield f"CURR {limit_a:.2f}"
        yield f"FREQ {frequency_hz:.2f}"
        yield "INST:COUP NONE"


FAMILIES = {cls.family: cls for cls in (Chroma, CaliforniaInstruments)}


def open_source(what) -> ScpiSource:
    """The driver for a schema.Source, its family checked."""
    source = FAMILIES[what.kind](visa(what.resource, what.backend), what.resource)
    try:
        source.identify()
    except RigError:
        source.close()
        raise
    return source
