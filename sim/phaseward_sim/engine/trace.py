"""Traces: everything a box's decision core was given, and what it decided, as text.

One file per box, one line per entry, comma-separated integers after the kind:
    B  device id, boot count                           once, first
    H  integers of the history handed over             at most once
    P  parameter id, value                             each parameter that is set, also later
    C                                                  the parameters set so far are taken over
    A  p1, p2, p3 (W), q (var), valid, faulted, temperature (0.1 degC)   what the stage reports
    F  feedback of the phase selector's three contactors
    T  minute of the day, -1 = not known               the clock is told
    V  load (0..3), connected, Wh                      a car, as `Box.set_vehicle` takes it
    M  load, mK below the set-point                    a room, as `Box.set_room` takes it
    L  0                                               another meter: `Box.relearn`
    S  now_ms, then the sample (`SAMPLE` below)        one step
    D  the decision after it (`DECISION` below)
A trace is replayed by `replay`, which runs on CPython and on MicroPython, and prints the D lines
again: they must be equal. Failure: TraceError naming file and line.
"""

from __future__ import annotations

from pathlib import Path

from . import replay

SAMPLE = ("now_ms", "u_l1n_mv", "u_l2n_mv", "u_l3n_mv", "u_l12_mv", "u_l23_mv", "u_l31_mv",
          "i_l1_ma", "i_l2_ma", "i_l3_ma", "p_l1_w", "p_l2_w", "p_l3_w", "f_mhz",
          "state_u_ln", "state_u_ll", "state_i", "state_p", "state_f",
          "age_u_ln_ms", "age_u_ll_ms", "age_i_ms", "age_p_ms", "age_f_ms")
DECISION = tuple(f"{name}_{n}" for name in ("limit_w", "reason", "until_s", "blocked")
                 for n in (1, 2, 3, 4)) + (
    "p_l1_w", "p_l2_w", "p_l3_w", "q_l1_var", "q_l2_var", "q_l3_var", "run", "transfer_reason",
    "alarms")


class TraceError(ValueError):
    """A trace cannot be read or was not reproduced."""


class TraceWriter:
    """Keeps the traces of a run on rung core; `save` writes `<folder>/<box>.trace` of each box."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self._lines: dict[str, list[str]] = {}

    def path(self, box: str) -> Path:
        """Where the trace of a box is."""
        return self.folder / f"{box}.trace"

    def started(self, spec, values: dict[str, int], boot_count: int) -> None:
        """A box begins with these parameters and its history."""
        self._lines[spec.name] = []
        self._line(spec.name, "B", spec.device_id, boot_count)
        self.configured(spec.name, values)
        if spec.history is not None:
            self._line(spec.name, "H", *spec.history)

    def configured(self, box: str, changes: dict[str, int]) -> None:
        """Parameters change. Those of type text are the bus's business, not the core's."""
        for name, value in changes.items():
            if not isinstance(value, str):
                self._line(box, "P", name, value)
        self._line(box, "C")

    def stage(self, box: str, *actual: int) -> None:
        """The stage reports p1, p2, p3, q, valid, faulted, temperature."""
        self._line(box, "A", *actual)

    def contactors(self, box: str, *closed: int) -> None:
        """Feedback of the phase selector's contactors."""
        self._line(box, "F", *closed)

    def told(self, box: str, kind: str, *numbers: int) -> None:
        """The box was told of clock, car, room or meter: kinds T, V, M, L."""
        self._line(box, kind, *numbers)

    def stepped(self, box: str, now_ms: int, sample, decision) -> None:
        """The box took a step."""
        self._line(box, "S", now_ms, *sample.u_ln_mv, *sample.u_ll_mv, *sample.i_ma,
                   *sample.p_w, sample.f_mhz, *sample.state, *sample.age_ms)
        self._lines[box].append(replay.decision_line(decision))

    def save(self) -> list[Path]:
        """Write all traces; returns their paths."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for box, lines in self._lines.items():
            self.path(box).write_text("\n".join(lines) + "\n", encoding="ascii")
        return [self.path(box) for box in self._lines]

    def _line(self, box: str, *values) -> None:
        self._lines[box].append(",".join(map(str, values)))


def check(path: str | Path) -> int:
    """Replay a trace on this Python; returns the number of decisions, all equal.

    TraceError at the first line that differs.
    """
    steps = 0
    with open(path, encoding="ascii") as file:
        for number, line, answer in replay.run(file):
            steps += 1
            if line != answer:
                raise TraceError(f"{path}:{number}: recorded {line}, replayed {answer}")
    return steps
