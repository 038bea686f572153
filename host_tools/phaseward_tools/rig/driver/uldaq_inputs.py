"""A USB DAQ of Measurement Computing (USB-1208, USB-1608, USB-DIO24 ...) by its maker's uldaq.

API: uldaq 1.2.3 (`get_daq_device_inventory`, `DaqDevice`, `DioDevice.d_config_port`, `d_bit_in`).
Not tried on a device; tested against a stand-in with that API. Failure: RigError naming the device
where it is not there or does not answer; MissingRigLibrary where the package or the library below
it, libuldaq, is missing.
"""

import contextlib

from ..errors import MissingRigLibrary, RigError, needed
from .turned import Turned

_ANY = "ANY"
_LIBRARY = ("install libuldaq beside it: github.com/mccdaq/uldaq (on a Mac `brew install "
            "libuldaq`); on Linux it brings the rule that lets users open the device")


class UlDaq(Turned):
    """what: a schema.UlDaqInputs; its inputs are `PORT.BIT`, such as FIRSTPORTA.3."""

    def __init__(self, what):
        super().__init__(what, f"USB DAQ {what.device}")
        self._ul = _library(self.name)
        self._device = self._ul.DaqDevice(self._descriptor())
        try:
            self._device.connect()
            self._dio = self._device.get_dio_device()
            self._bits = {place: self._bit(place) for place in what.inputs.values()}
            for port in {port for port, _ in self._bits.values()}:
                self._as_input(port)
        except Exception as error:
            self.close()
            raise self._named(error) from None

    def raw(self, place: str) -> int:
        try:
            return self._dio.d_bit_in(*self._bits[place])
        except Exception as error:  # ULException
            raise RigError(f"{self.name}: {place} cannot be read: {error}") from None

    def close(self) -> None:
        for end in (self._device.disconnect, self._device.release):
            with contextlib.suppress(Exception):
                end()

    def _descriptor(self):
        found = self._ul.get_daq_device_inventory(self._ul.InterfaceType.USB)
        fits = [d for d in found if self._what.device in (_ANY, d.unique_id)]
        if len(fits) == 1:
            return fits[0]
        there = ", ".join(f"{d.product_name} {d.unique_id}" for d in found) or "none"
        raise RigError(f"{self.name}: {len(fits)} such devices are plugged in; there are: "
                       f"{there}. Name its unique id in `device`")

    def _bit(self, place: str) -> tuple[object, int]:
        name, _, bit = place.partition(".")
        ports = {port.name: port for port in self._dio.get_info().get_port_types()}
        if name not in ports:
            raise RigError(f"{self.name}: has no port {name}; it has {', '.join(ports)}")
        return ports[name], int(bit)

    def _as_input(self, port) -> None:
        """Ports of some devices are inputs for ever, and refuse to be told."""
        with contextlib.suppress(self._ul.ULException):
            self._dio.d_config_port(port, self._ul.DigitalDirection.INPUT)

    def _named(self, error: Exception) -> RigError:
        return error if isinstance(error, RigError) else RigError(
            f"{self.name}: cannot be opened: {error}; is it plugged in, and may you open it?")


def _library(name: str):
    try:
        import uldaq
    except ModuleNotFoundError:
        raise needed("uldaq", f"the {name}", "uldaq") from None
    except OSError as error:  # ctypes': libuldaq is missing
        raise MissingRigLibrary(f"the {name} needs libuldaq: {error}; {_LIBRARY}") from None
    return uldaq
