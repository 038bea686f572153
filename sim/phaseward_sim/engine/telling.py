"""Puts what the boxes report into the result: spans of limits with their reasons, alarms."""

from __future__ import annotations

from phaseward.core.reasons import ALARMS, REASONS

from ..results import Recorder
from .rung import BoxSpec

_SENTENCES = dict(REASONS.values())
_US = 1e-6


class Telling:
    """Translates the records of all boxes; see engine.rung for their form."""

    def __init__(self, recorder: Recorder, specs: list[BoxSpec]):
        self._recorder = recorder
        self._specs = {spec.name: spec for spec in specs}
        self.limit_w = {spec.name: [_full_w(spec, wire) for wire in spec.loads] for spec in specs}
        self.notes: list[tuple[float, str, str]] = []

    def take(self, box: str, records: list[dict]) -> None:
        """Book the records of one box."""
        for record in records:
            handler = getattr(self, f"_{record['kind']}", self._other)
            handler(box, record["t_us"] * _US, record)

    def _limit(self, box, t_s, record) -> None:
        spec = self._specs[box]
        place = next((k for k, w in enumerate(spec.loads) if w.number == record["load"]), None)
        if place is None:
            return
        wire = spec.loads[place]
        self.limit_w[box][place] = record["w"]
        # A limit at or above what the load can draw holds nothing back.
        blocked = bool(record["blocked"]) and record["w"] < _full_w(spec, wire)
        until_s = t_s + record["until"] - record["t"] if record["until"] else 0.0
        self._recorder.decisions.observe(
            t_s, box, wire.device.name, float(record["w"]), record["reason"],
            _SENTENCES.get(record["reason"], ""), until_s, blocked, spec.bus, wire.device.kind,
            record.get("v", 0), record.get("q", 0))

    def _stage(self, box, t_s, record) -> None:
        if self._specs[box].stage is None:  # a box without a stage says that it has none
            return
        reason = record["reason"]
        self._recorder.decisions.observe(
            t_s, box, self._specs[box].stage.name, 0.0, reason, _SENTENCES.get(reason, ""),
            blocked=False, household=self._specs[box].bus, kind="stage")

    def _feed(self, box, t_s, record) -> None:
        spec = self._specs[box]
        if spec.inverter is None:
            return
        until_s = t_s + record["until"] - record["t"] if record["until"] else 0.0
        self._recorder.decisions.observe(
            t_s, box, spec.inverter.name, float(record["w"]), record["reason"],
            _SENTENCES.get(record["reason"], ""), until_s,
            record["w"] < spec.parameters["fi_max_w"], spec.bus, "pv")

    def _alarm(self, box, t_s, record) -> None:
        for bit, (name, sentence) in ALARMS.items():
            self._recorder.alarm(t_s, box, name, sentence, bool(record["alarms"] & bit))

    def _other(self, box, t_s, record) -> None:
        text = " ".join(f"{k}={v}" for k, v in record.items() if k not in ("t_us", "kind"))
        self.notes.append((t_s, box, f"{record['kind']} {text}"))


def _full_w(spec: BoxSpec, wire) -> int:
    return spec.parameters[f"l{wire.number}_max_w"]
