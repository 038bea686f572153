"""What the box drives: relay, SG-Ready, wallbox, inverter limit, power stage.

Each has `apply(...)`, `safe()`, `fault` (what was set could not be confirmed) and `fault_text`.
Those on pins act at once; those on the bus return an operation to await.
"""
