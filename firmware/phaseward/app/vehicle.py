"""Tells the decisions of the car at a charger on the bus: whether it is there and what it has got.

The charger counts all it has ever delivered; the car's part is counted from plugging in. After a
restart of the box the count goes on from what the history holds of the session, and what was
charged meanwhile is not counted: the car gets rather more than it is owed.
Failure behaviour: a charger that does not answer, or shows what its profile does not know, makes
the car unknown, which lifts nothing.
"""


class VehicleWatch:
    def __init__(self, load):
        self._load = load
        self._base_wh = 0  # the charger's count when the car was plugged in
        self._known = False

    def tell(self, wallbox, box):
        """To be called after each round with the charger."""
        if wallbox.fault or wallbox.connected < 0 or wallbox.energy_wh < 0:
            box.set_vehicle(self._load, -1, -1)
        elif wallbox.connected == 0:
            self._known = False
            box.set_vehicle(self._load, 0, -1)
        else:
            self._count(wallbox.energy_wh, box)

    def _count(self, total_wh, box):
        if not self._known or total_wh < self._base_wh:
            self._known = True
            self._base_wh = total_wh - max(0, box.needs.comfort[self._load].energy_wh)
        box.set_vehicle(self._load, 1, total_wh - self._base_wh)
