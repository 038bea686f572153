"""The firmware of the Phaseward control box. Runs on MicroPython and on CPython unchanged."""

VERSION = "0.1.0"
