"""Grids from outside: the excerpt format, the shipped excerpts and the converters to them.

`excerpt.load(name_or_path)` reads an excerpt; `python -m phaseward_sim.grids.simbench` writes
one from a SimBench code (needs the extra `grids`).
"""
