"""Spans of decisions: which of them are limits of loads, their order, colours and joined bars."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from phaseward_sim.results import Decision, Result
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Key

STAGE = "stage"
KIND_WORDS = {"ev": "EV", "heat_pump": "heat pump", "battery": "battery"}


@dataclass
class Bar:
    """Spans of one load that follow one another under one reason."""

    first: Decision
    last: Decision
    low_w: float
    high_w: float

    @property
    def duration_s(self) -> float:
        return self.last.end_s - self.first.start_s


def natural(name: str) -> list:
    """Sort key that puts box2 before box10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def limits(run: Result) -> list[Decision]:
    """Decisions on loads, by box and load: the order in which the scenario numbers them."""
    loads = [d for d in run.decisions if d.kind != STAGE]
    return sorted(loads, key=lambda d: (natural(d.box), natural(d.load), d.start_s))


def of_stage(run: Result, stage: str) -> list[Decision]:
    """Why a stage did what it did, by time."""
    return [d for d in run.decisions if d.kind == STAGE and d.load == stage]


def household(decision: Decision) -> str:
    """Who is behind a decision."""
    return decision.household or decision.box


def row_name(decision: Decision) -> str:
    """A load in words: its household and what it is."""
    kind = KIND_WORDS.get(decision.kind, decision.kind or decision.load)
    return f"{household(decision)} {kind}"


def joined_bars(decisions: Iterable[Decision]) -> list[Bar]:
    """Spans of successive decisions; neighbours of one load and reason are one bar."""
    bars: list[Bar] = []
    for d in decisions:
        bar = bars[-1] if bars else None
        if bar and (bar.last.box, bar.last.load, bar.last.end_s, bar.last.reason_id) == (
                d.box, d.load, d.start_s, d.reason_id):
            bar.last = d
            bar.low_w, bar.high_w = min(bar.low_w, d.limit_w), max(bar.high_w, d.limit_w)
        else:
            bars.append(Bar(d, d, d.limit_w, d.limit_w))
    return bars


def keys(bars: Iterable[Bar]) -> list[Key]:
    """The reasons that occur, the most frequent first, each with its colour."""
    bars = list(bars)
    sentences = {bar.first.reason_id: bar.first.reason for bar in bars}
    counts = Counter(bar.first.reason_id for bar in bars)
    others = itertools.cycle(colours.CYCLE)
    return [Key(colours.REASON.get(reason) or next(others), reason, sentences[reason])
            for reason, _ in counts.most_common()]
