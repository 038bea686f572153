"""Runs first on an RP2040: its files. In the place of the port's own module of that name."""

from rp2 import Flash

from phaseward.platform.file_system import mount

mount(Flash(), progsize=256)  # the chip programs pages of 256 bytes
