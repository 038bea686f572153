"""What is simulated: laws and their constants, who lives where, and the units of the study.

A unit is what is done in one go and kept in one file: a feeder with all its seeds and laws. The
constants of all laws were chosen on the feeders and seeds of the tuning half and then left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .feeders import FEEDERS

LEARN_DAYS, DAYS = 3, 14  # boxes learn for three days by default; half a day more until noon
CARS, PUMPS = 0.65, 0.25  # share of the homes
SEEDS = {"tuning": (1, 2, 3, 4, 5), "reporting": (101, 102, 103, 104, 105)}
SEEDS_EACH = 3  # of a feeder, in turn: all five are used, at three fifths of the cost
PROFILE_NAMES = ("pause", "six_a", "dim", "dim_2h")
OPPONENTS = ("threshold", "droop", "static")
# Chosen on the tuning half; see docs/STUDY_BLOCKING.md.
CONSTANTS = {"threshold": {"below_pu": 0.93}, "droop": {"low_pu": 0.91, "high_pu": 0.95},
             "static": {"first_h": 17.0, "groups": 1}}
OURS = {"pause": {"bl_share_pm": 50, "bl_even_pm": 450}, "six_a": {"bl_share_pm": 50},
        "dim": {"bl_share_pm": 50}, "dim_2h": {"bl_share_pm": 50}}
ALONE = {name: {**OURS[name], "bl_even_pm": 0} for name in ("pause", "dim")}  # voltage alone


@dataclass(frozen=True)
class Lineup:
    """Laws of a run. Each: (name, kind, profiles, constants). constants of kind "ours":
    parameters of the boxes by profile."""

    laws: tuple = field(default_factory=tuple)

    @property
    def rows(self) -> list[str]:
        """Names of the rows: law/profile, in their order; "nothing" and "no_flex" alone."""
        return [name if name in ("nothing", "no_flex") else f"{name}/{profile}"
                for name, _, profiles, _ in self.laws for profile in profiles]


REFERENCES = (("nothing", "nothing", ("dim",), {}), ("no_flex", "no_flex", ("dim",), {}))
MAIN = Lineup((*REFERENCES,
               *((name, name, PROFILE_NAMES, CONSTANTS[name]) for name in ("threshold", "droop")),
               ("static", "static", ("pause", "dim"), CONSTANTS["static"]),
               ("always", "always", ("dim",), {}),
               ("alone", "ours", tuple(ALONE), ALONE),
               ("ours", "ours", PROFILE_NAMES, OURS)))
SHORT = Lineup((*REFERENCES, ("threshold", "threshold", PROFILE_NAMES[:3], CONSTANTS["threshold"]),
                ("ours", "ours", PROFILE_NAMES[:3], OURS)))
CARRIED = Lineup((*REFERENCES, ("ours", "ours", PROFILE_NAMES[:3], OURS)))


@dataclass(frozen=True)
class Unit:
    """kind: main, mix, hosting or best; the rest says what is simulated."""

    kind: str
    feeder: str
    seeds: tuple[int, ...]
    days: int
    lineup: Lineup
    cars: float = CARS
    pumps: float = PUMPS
    mix: str = "mixed"
    learn_days: int = LEARN_DAYS

    @property
    def name(self) -> str:
        """File name of the result."""
        part = "" if self.kind in ("main", "best") else f"-{self.mix}-{round(100 * self.cars)}"
        return f"{self.kind}-{self.feeder}{part}"


def units(quick: bool = False) -> list[Unit]:
    """Everything, the most important first."""
    if quick:
        return [Unit("main", "kerber_overhead", (1, 2), 2, MAIN, learn_days=3)]
    return [*main("reporting"), *best(), *hosting(), *mixes(), *main("tuning")]


def main(half: str) -> list[Unit]:
    """The comparison of all laws on one half."""
    return [Unit("main", name, seeds_of(half, k, SEEDS_EACH), DAYS, MAIN)
            for k, name in enumerate(f.name for f in FEEDERS if f.half == half)]


def seeds_of(half: str, number: int, count: int) -> tuple[int, ...]:
    """The seeds of the half's feeder of this number."""
    return (SEEDS[half] * 2)[number:number + count]


def best() -> list[Unit]:
    """The best possible on the first days and one seed of each feeder of the reporting half."""
    return [Unit("best", f.name, seeds_of("reporting", k, 1), 4, MAIN)
            for k, f in enumerate(f for f in FEEDERS if f.half == "reporting")]


def mixes() -> list[Unit]:
    """Other cars and other numbers of them."""
    cases = (("three_phase", CARS), ("one_phase", CARS), ("mixed", 0.35), ("mixed", 1.0))
    return [Unit("mix", name, SEEDS["reporting"][:2], 5, SHORT, cars, PUMPS, mix)
            for name in ("rural3", "semiurb5") for mix, cars in cases]


HOSTING_SHARES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1.2, 1.5, 1.8)


def hosting() -> list[Unit]:
    """Feeders loaded with more and more cars."""
    return [Unit("hosting", f.name, SEEDS["reporting"][:2], 4, CARRIED, 0.0, 0.1)
            for f in FEEDERS if f.half == "reporting"]
