"""Who, what and with which software: the facts that make a result repeatable.

Times in seconds, voltages in volts. `facts` are ready-made lines for a report's header.
"""

from dataclasses import dataclass, field
from datetime import datetime

from phaseward_sim.results.errors import ResultError


@dataclass(frozen=True)
class Meta:
    """One run.

    scenario: id, the file's stem; title, description: words. control: whether boxes acted.
    rung: "core", "unix" ...; clock_start: ISO local time of t = 0, "" if the scenario has none.
    u_nominal_v: phase-to-neutral; low_pu, high_pu: of it, the band whose leaving is an event.
    focus_bus: the node a reader wants to see first.
    version: `source_version()`; firmware_hash, parameter_hash: of what decided.
    wiring_hash: of the bench it ran on, "" in simulation.
    wall_s: how long the run took, the only value here that is not repeatable.
    """

    scenario: str
    title: str = ""
    description: str = ""
    control: bool = True
    rung: str = "core"
    seed: int = 0
    step_s: float = 1.0
    duration_s: float = 0.0
    clock_start: str = ""
    u_nominal_v: float = 230.0
    focus_bus: str = ""
    version: str = ""
    firmware_hash: str = ""
    parameter_hash: str = ""
    wiring_hash: str = ""
    wall_s: float = 0.0
    low_pu: float = 0.93
    high_pu: float = 1.07
    facts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.clock_start:
            return
        try:
            datetime.fromisoformat(self.clock_start)
        except ValueError:
            raise ResultError(f"meta: clock_start is {self.clock_start!r}, expected local time "
                              "such as 2016-01-15T16:00") from None
