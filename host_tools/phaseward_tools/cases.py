"""A case is one scenario as it ran with the boxes acting, without them, or both.

Results belong together when scenario, rung and seed agree; the rest is shown on its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from phaseward_sim.results import Result


@dataclass(frozen=True)
class Case:
    """At least one of the two runs is there."""

    with_control: Result | None = None
    without_control: Result | None = None

    @property
    def main(self) -> Result:
        """The run a report speaks of: with control where there is one."""
        return self.with_control or self.without_control

    @property
    def runs(self) -> list[tuple[str, Result]]:
        """(words, run) of the runs there are, with control first."""
        both = (("With control", self.with_control), ("Without control", self.without_control))
        return [(words, run) for words, run in both if run is not None]

    @property
    def title(self) -> str:
        return self.main.meta.title or self.main.meta.scenario


def pair(results: Iterable[Result]) -> list[Case]:
    """Cases in the order their first run comes; a second run of a kind opens a new case."""
    cases: list[tuple[tuple, dict[bool, Result]]] = []
    for result in results:
        meta = result.meta
        key = (meta.scenario, meta.rung, meta.seed)
        for known, both in cases:
            if known == key and meta.control not in both:
                both[meta.control] = result
                break
        else:
            cases.append((key, {meta.control: result}))
    return [Case(both.get(True), both.get(False)) for _, both in cases]
