"""A gateway's file: YAML, checked, errors with file, line and key. Paths count from its folder."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from phaseward.store import parameters as table
from phaseward_sim.scenario.base import ScenarioError, Strict
from phaseward_sim.scenario.lines import Located, parse
from phaseward_sim.scenario.load import report

OUTPUT = re.compile(r"(relay|sg_a|sg_b)_l[1-4]")
INPUT = re.compile(r"contact_l[1-4]|factory_reset")
MACHINE_ID = Path("/etc/machine-id")
IDENTITY_MASK = 0x3FFFFFFF


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise ValueError(f"expected an IPv4 number such as 192.168.1.30, got {text!r}") from None


Number = Annotated[int, Field(ge=0, le=65535)]
Host = Annotated[str, AfterValidator(_ipv4)]


class Module(Strict):
    """A Modbus TCP I/O module that carries some of the pins."""

    host: Host
    port: int = Field(502, ge=1, le=65535)
    unit: int = Field(1, ge=0, le=255)


class _Place(Strict):
    """Exactly one place of a pin."""

    @model_validator(mode="after")
    def _one_place(self):
        places = [name for name in type(self).model_fields if name != "back"]
        given = [name for name in places if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(places)}, "
                             f"got {', '.join(given) or 'none'}")
        return self

    @property
    def on_module(self) -> bool:
        return getattr(self, "file", None) is None


class Output(_Place):
    """Where an output acts, and for a file where it is read back, if not in the file itself."""

    file: str | None = None
    back: str | None = None
    coil: Number | None = None
    holding: Number | None = None

    @model_validator(mode="after")
    def _back_of_a_file(self):
        if self.back is not None and self.file is None:
            raise ValueError("`back` belongs to `file`; the module is read back by itself")
        return self


class Input(_Place):
    """Where an input is read."""

    file: str | None = None
    input: Number | None = None
    coil: Number | None = None
    holding: Number | None = None


class Gateway(Strict):
    """A gateway's file. Parameters are taken at the first start; then the box keeps its own."""

    storage: str = "storage"
    console: str = "console"
    identity: int | None = Field(None, ge=0, le=IDENTITY_MASK)
    serial: str | None = None
    module: Module | None = None
    outputs: dict[str, Output] = {}
    inputs: dict[str, Input] = {}
    parameters: dict[str, int | str] = {}

    @field_validator("outputs")
    @classmethod
    def _known_outputs(cls, given):
        return _named(given, OUTPUT, "relay_l1 .. 4, sg_a_l1 .. 4, sg_b_l1 .. 4")

    @field_validator("inputs")
    @classmethod
    def _known_inputs(cls, given):
        return _named(given, INPUT, "contact_l1 .. 4, factory_reset")

    @field_validator("parameters")
    @classmethod
    def _known_parameters(cls, given):
        return {name: _checked(name, value) for name, value in given.items()}

    @model_validator(mode="after")
    def _module_for_its_pins(self):
        pins = {**self.outputs, **self.inputs}
        there = [name for name, place in pins.items() if place.on_module]
        if there and self.module is None:
            raise ValueError(f"{', '.join(there)}: a coil, input or holding register needs "
                             "`module`")
        return self


@dataclass(frozen=True)
class GatewayFile:
    """A checked file; `folder` is what its paths count from."""

    gateway: Gateway
    folder: Path
    located: Located = field(repr=False)

    @property
    def storage(self) -> Path:
        return self.folder / self.gateway.storage

    @property
    def console(self) -> Path:
        return self.folder / self.gateway.console

    def for_the_box(self) -> dict:
        """The settings as the firmware's platform reads them, all paths absolute."""
        given = self.gateway
        return {
            "storage": str(self.storage),
            "identity": self.identity(),
            "serial": self._path(given.serial),
            "module": given.module.model_dump() if given.module else None,
            "outputs": {name: self._place(place) for name, place in given.outputs.items()},
            "inputs": {name: self._place(place) for name, place in given.inputs.items()},
        }

    def identity(self) -> int:
        """The box's own number: as given, else of this machine and storage folder."""
        if self.gateway.identity is not None:
            return self.gateway.identity
        machine = MACHINE_ID.read_text() if MACHINE_ID.exists() else ""
        return zlib.crc32(f"{machine}{self.storage}".encode()) & IDENTITY_MASK

    def _place(self, place: Output | Input) -> dict:
        given = place.model_dump(exclude_none=True)
        return {key: self._path(value) if key in ("file", "back") else value
                for key, value in given.items()}

    def _path(self, text: str | None) -> str | None:
        return None if text is None else str(self.folder / text)


def load(path: Path) -> GatewayFile:
    """Read and check a gateway's file; ScenarioError lists what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: not a UTF-8 text file") from None
    located = parse(text, str(path))
    if not isinstance(located.data, dict):
        raise ScenarioError(f"{path}:1: expected keys such as `serial: /dev/ttyUSB0`")
    try:
        gateway = Gateway.model_validate(located.data)
    except ValidationError as error:
        raise ScenarioError(report(error, str(path), located)) from None
    return GatewayFile(gateway, path.resolve().parent, located)


def _named(given: dict, pattern: re.Pattern, known: str) -> dict:
    for name in given:
        if not pattern.fullmatch(name):
            raise ValueError(f"{name}: expected {known}")
    return given


def _checked(name: str, value: int | str) -> int | str:
    """The parameter's value as the box stores it; enums may be given by name."""
    names = table.choices(name)
    if isinstance(value, str) and value in names:
        value = names.index(value)
    elif isinstance(value, str) and names:
        raise table.ParameterError(f"{name} = {value!r}: expected {' or '.join(names)}")
    table.check(name, value)
    return value
