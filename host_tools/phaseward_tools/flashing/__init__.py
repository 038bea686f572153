"""Puts firmware onto boards: which boards there are, what is plugged in, and how each is written.

`writing.flash` chooses the way: UF2 drive or picotool for an RP2040, esptool for an ESP32,
mpremote for a set of files. Outside programs are called, not rewritten; a missing one is
explained.
"""
