"""A Phaseward box as a labgrid driver and strategy; named in an environment's `imports`.

The driver talks to the box over a SerialPort (or NetworkSerialPort) resource by the tool's
protocol, as all `phaseward` commands do. Needs labgrid. Failure: the link's errors, and
StrategyError.
"""

import enum
import time

import attr
from labgrid.driver import Driver
from labgrid.factory import target_factory
from labgrid.step import step
from labgrid.strategy import Strategy, StrategyError, never_retry

from phaseward_tools.key_file import best_key
from phaseward_tools.link import Box, Client, LinkError, SerialStream

_PATIENCE_S = 30.0


@target_factory.reg_driver
@attr.s(eq=False)
class PhasewardBoxDriver(Driver):
    """`box` is the box while the driver is active. key_file: of `phaseward provision`, where the
    box has keys."""

    bindings = {"port": {"SerialPort", "NetworkSerialPort"}}
    key_file = attr.ib(default="", validator=attr.validators.instance_of(str))

    def __attrs_post_init__(self):
        super().__attrs_post_init__()
        self.box = None
        self._stream = None

    def on_activate(self):
        self._stream = SerialStream(self._url())
        self.box = Box(Client(self._stream))
        if self.key_file and not self.box.identity["commissioning"]:
            path = self.target.env.config.resolve_path(self.key_file)
            self.box.login(*best_key(_path(path), self.box.identity["identity"]))

    def on_deactivate(self):
        self._stream.close()
        self.box = self._stream = None

    def _url(self) -> str:
        if hasattr(self.port, "port") and not hasattr(self.port, "host"):
            return self.port.port
        scheme = "rfc2217" if self.port.protocol == "rfc2217" else "socket"
        return f"{scheme}://{self.port.host}:{self.port.port}"

    @Driver.check_active
    @step()
    def status(self) -> dict:
        """Voltages, limits, transfer, alarms (docs/PROTOCOL.md, `status`)."""
        return self.box.status()

    @Driver.check_active
    @step(args=["values"])
    def set(self, values: dict) -> None:
        """Parameters, all or none; not saved."""
        self.box.set(values)

    @Driver.check_active
    @step()
    def levels(self) -> dict[str, int]:
        """Level of every output's pin, by its name."""
        return {pin: level for row in self.box.outputs() for pin, level in row["levels"].items()}

    @Driver.check_active
    @step(args=["load", "seconds"])
    def hold_back(self, load: int, seconds: int) -> str:
        """A load's contact into its blocking position for so long."""
        return self.box.hold_back(load, seconds)

    @Driver.check_active
    @step()
    def restart(self) -> None:
        """Returns when the box answers again."""
        boot = self.box.client.request("identify")["boot"]
        self.box.restart()
        until_s = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until_s:
            try:
                if self.box.client.request("identify")["boot"] != boot:
                    return
            except (LinkError, OSError):
                time.sleep(0.5)
        raise StrategyError("the box does not come back after its restart")


def _path(text):
    from pathlib import Path

    return Path(text)


class Status(enum.Enum):
    """unknown; off: the port is free; connected: the box answers; measuring: its meter is read."""

    unknown = 0
    off = 1
    connected = 2
    measuring = 3


@target_factory.reg_driver
@attr.s(eq=False)
class PhasewardStrategy(Strategy):
    """Brings a box to where tests want it."""

    bindings = {"box": "PhasewardBoxDriver"}
    status = attr.ib(default=Status.unknown)

    @never_retry
    @step(args=["status"])
    def transition(self, status, *, step):
        status = Status[status] if isinstance(status, str) else status
        if status is self.status:
            step.skip("nothing to do")
            return
        if status is Status.off:
            self.target.deactivate(self.box)
        elif status is Status.connected:
            self.target.activate(self.box)
        elif status is Status.measuring:
            self.target.activate(self.box)
            self._await_voltage()
        else:
            raise StrategyError(f"no way to {status}")
        self.status = status

    def _await_voltage(self) -> None:
        until_s = time.monotonic() + _PATIENCE_S
        while self.box.status()["voltage"] != "ok":
            if time.monotonic() > until_s:
                raise StrategyError("the box has no usable voltage: `phaseward hil check`")
            time.sleep(0.5)
