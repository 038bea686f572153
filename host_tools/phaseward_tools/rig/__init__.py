"""The bench for real boxes: a scenario's feeder in real time, appearing to a box as its devices.

Four nouns, as in labgrid: a *resource* is what exists (a port, an instrument), a *driver* how to
talk to it, a *protocol* an abstract ability (`Source`, `Inputs`), a *strategy* brings the box into
a state. `docs/HIL.md` is the user's page.
"""
