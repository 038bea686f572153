"""What a household switches on, how often and when: the data behind the household generator.

Every number is a plausible assumption (unverified), chosen so that a mean household uses about
7 kWh a day (2.6 MWh a year): no measured data set stands behind it. Powers in W, durations in
min, starts per day, and the weight of each hour of the day for a start (0..23 h).
"""

from __future__ import annotations

from dataclasses import dataclass

MORNING = (0, 0, 0, 0, 1, 3, 8, 9, 6, 3, 2, 2, 3, 2, 2, 2, 2, 3, 4, 4, 3, 2, 1, 0)
COOKING = (0, 0, 0, 0, 0, 1, 3, 3, 1, 1, 2, 6, 9, 4, 1, 1, 2, 6, 10, 8, 4, 1, 0, 0)
DAYTIME = (0, 0, 0, 0, 0, 1, 2, 4, 7, 8, 8, 7, 6, 6, 6, 6, 6, 6, 5, 4, 3, 2, 1, 0)
EVENING = (1, 0, 0, 0, 0, 0, 1, 2, 1, 1, 1, 1, 2, 2, 1, 2, 3, 5, 8, 10, 9, 6, 3, 1)


@dataclass(frozen=True)
class Appliance:
    """One kind of appliance.

    power_w while heating or running; hold_w in the rest of its cycle; duty: share of the cycle
    at full power, spread over it in blocks of block_min; owned: share of households.
    """

    name: str
    power_w: float
    minutes: float
    per_day: float
    hours: tuple
    hold_w: float = 0.0
    duty: float = 1.0
    block_min: float = 1.0
    owned: float = 1.0
    three_phase: bool = False


APPLIANCES = (
    Appliance("kettle", 2000, 3, 3.0, MORNING),
    Appliance("coffee", 1200, 5, 1.5, MORNING, owned=0.8),
    Appliance("toaster", 900, 4, 0.6, MORNING, owned=0.9),
    Appliance("hob", 3600, 30, 0.9, COOKING, duty=0.4, block_min=1.0, three_phase=True),
    Appliance("oven", 2200, 50, 0.3, COOKING, duty=0.5, block_min=3.0),
    Appliance("microwave", 1100, 4, 1.0, COOKING, owned=0.8),
    Appliance("dishwasher", 2000, 90, 0.5, EVENING, hold_w=60, duty=0.25, block_min=12, owned=0.8),
    Appliance("washing machine", 2000, 80, 0.5, DAYTIME, hold_w=150, duty=0.2, block_min=15),
    Appliance("tumble dryer", 2300, 75, 0.35, DAYTIME, hold_w=250, duty=0.7, block_min=8,
              owned=0.5),
    Appliance("vacuum cleaner", 900, 15, 0.3, DAYTIME),
    Appliance("hair dryer", 1500, 5, 0.5, MORNING, owned=0.7),
    Appliance("television", 120, 150, 1.3, EVENING),
    Appliance("computer", 130, 120, 1.0, DAYTIME, owned=0.9),
)
