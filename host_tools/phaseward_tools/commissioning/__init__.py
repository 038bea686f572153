"""Commissioning of a box on site: a wizard with plain questions, and a protocol for the file.

`running.commission` goes through the steps; each is a file here. Nothing is left switched on if it
breaks off: outputs are held for seconds that the box counts itself, and what was changed goes
back.
"""
