"""Runs first on an ESP32: its files. In the place of the port's own module of that name."""

from flashbdev import bdev

from phaseward.platform.file_system import mount

if bdev:
    mount(bdev)
