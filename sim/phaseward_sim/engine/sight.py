"""What can be seen of a run while it goes on: a picture of every box, for a display."""

from __future__ import annotations

from dataclasses import dataclass

from ..results.records import Decision


@dataclass(frozen=True)
class BoxSight:
    """One box now.

    u_v: its three voltages to neutral in V. levels: what its outputs are at, by name, as the wires
    show them (empty on rung core). decisions: in force, one per load, stage or inverter that it
    has told of. stage_w: (3,) what its balancer stage takes per phase in W, None without one.
    """

    name: str
    u_v: tuple[float, ...]
    levels: dict[str, int]
    decisions: tuple[Decision, ...]
    stage_w: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Sight:
    """The run at virtual time `t_s` of `duration_s`."""

    t_s: float
    duration_s: float
    boxes: tuple[BoxSight, ...]


def sight_of(run) -> Sight:
    """The picture of a running.Run after its latest step."""
    voltages = run.plant.at_boxes()[0]
    standing = run.recording.recorder.decisions.standing()
    boxes = tuple(_box(run, spec, u_v, standing)
                  for spec, u_v in zip(run.specs, voltages, strict=True))
    return Sight(run.plant.t_s, run.plant.span.duration_s, boxes)


def _box(run, spec, u_v, standing) -> BoxSight:
    stage_w = None
    if spec.stage is not None:
        names, fleet = run.plant.fleets.named["stage"]
        stage_w = tuple(float(w) for w in fleet.p_w[list(names).index(spec.stage.name)])
    return BoxSight(spec.name, tuple(float(u) for u in u_v), dict(run.benches[spec.name].levels),
                    tuple(d for d in standing if d.box == spec.name), stage_w)
