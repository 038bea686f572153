"""Compiles an OpenDSS file with dss-python and offers its elements one by one.

An engine context of its own: nothing else that uses dss-python in this process is disturbed, and
the working directory stays. The circuit is compiled, not solved: taps and powers are the file's.
Failure: ImportFailed with OpenDSS's own message; MissingExtraError without dss-python.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .errors import ImportFailed, missing_extra


class Circuit:
    """A compiled circuit."""

    def __init__(self, path: Path):
        if not path.is_file():
            raise ImportFailed(f"{path}: no such file")
        here, target = os.getcwd(), path.resolve()
        try:
            self._dss = _context(str(path))
            self._command(f'compile "{target}"', path)
        finally:
            os.chdir(here)  # a new context goes to where the process was started
        self.circuit = self._dss.ActiveCircuit
        if not self._dss.NumCircuits:
            raise ImportFailed(f"{path}: defines no circuit (`new circuit.NAME ...`)")
        # Bus lists and element admittances are made by a solve; the file may have none.
        self._command("makebuslist", path)
        self._build(path)
        self.path, self.name = path, self.circuit.Name
        self.names = list(self.circuit.AllElementNames)

    def _command(self, text, path) -> None:
        try:
            self._dss.Text.Command = text
        except Exception as err:
            raise ImportFailed(f"{path}: OpenDSS: {err}") from None

    def _build(self, path) -> None:
        """Element admittances without solving: 1 = with shunts, 1 = room for the vectors."""
        try:
            self.circuit.Solution.BuildYMatrix(1, 1)
        except Exception as err:
            raise ImportFailed(f"{path}: OpenDSS: {err}") from None

    def of_class(self, kind: str) -> Iterator[Element]:
        """Enabled elements of one class, by its lower-case name."""
        for name in self.names:
            if name.split(".")[0].lower() == kind:
                element = Element(self.circuit, name)
                if element.enabled:
                    yield element

    def classes(self) -> list[str]:
        """Lower-case names of the classes there are."""
        return sorted({name.split(".")[0].lower() for name in self.names})

    @property
    def frequency_hz(self) -> float:
        """Frequency its reactances are for."""
        return float(self.circuit.Solution.Frequency)

    @property
    def load_factor(self) -> float:
        """What all loads are multiplied by (`set loadmult`)."""
        return float(self.circuit.Solution.LoadMult)


class Element:
    """One circuit element: `name`, its buses and nodes, its properties as text or numbers."""

    def __init__(self, circuit, name: str):
        self._circuit, self.full_name = circuit, name
        element = self._activate()
        self.name = name.split(".", 1)[1]
        self.enabled = bool(element.Enabled)
        if not self.enabled:
            return
        self.buses = [bus.split(".")[0].lower() for bus in element.BusNames]
        self.phases = element.NumPhases
        count = element.NumConductors
        order = [int(node) for node in element.NodeOrder]
        self.nodes = [order[i * count:(i + 1) * count] for i in range(len(self.buses))]

    def _activate(self):
        self._circuit.SetActiveElement(self.full_name)
        return self._circuit.ActiveCktElement

    def text(self, key: str) -> str:
        """A property as OpenDSS prints it."""
        return str(self._activate().Properties(key).Val)

    def number(self, key: str) -> float:
        """A property as a number; ImportFailed names what is there instead."""
        text = self.text(key)
        try:
            return float(text)
        except ValueError:
            raise ImportFailed(f"{self.full_name}: {key}={text!r}, expected a number") from None

    def open_nodes(self) -> tuple[int, ...]:
        """Nodes whose conductor is open at either end."""
        element = self._activate()
        return tuple(node for k, node in enumerate(self.nodes[0][:self.phases], 1)
                     if element.IsOpen(1, k) or element.IsOpen(2, k))

    def admittance(self):
        """(n, n) complex primitive admittance in S over the conductors of all terminals."""
        import numpy as np

        flat = np.array(self._activate().Yprim, float).view(complex)
        size = round(len(flat) ** 0.5)
        return flat.reshape(size, size).T

    def interface(self, table: str):
        """This element in one of dss-python's collections, for example "Lines"."""
        found = getattr(self._circuit, table)
        found.Name = self.name
        return found


def _context(what):
    try:
        from dss import DSS
    except ImportError:
        raise missing_extra(what, "dss-python") from None
    context = DSS.NewContext()
    context.AllowChangeDir = False
    context.AllowForms = False
    return context
