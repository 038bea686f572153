"""A rating from a box's own records: what it kept, what probing found, what its stage is.

Each value comes from the command line, else from probing, else from the box's parameters; what
nobody measured is not guessed. Failure: SiteError naming file or port, key and what to do;
FieldError for a file that holds no records.
"""

from dataclasses import dataclass

from phaseward_sim.sites import box_records, kept, records, sizing
from phaseward_sim.sites.archetype import SiteError
from phaseward_tools.field.records import parameters_of

_DAY = 144
_BAND_MV = (213900, 246100)  # of measures.LOW_V, HIGH_V
_FAR = 1.5  # the running estimate of k beyond this factor is worth a word


@dataclass(frozen=True)
class Given:
    """What the command line says; None: not said."""

    k: float | None = None
    angle: float | None = None
    kq: float | None = None
    kva: float | None = None


@dataclass(frozen=True)
class Case:
    """A box. stage: (kVA, neutral leg) of its own or the given one; words: what was found where,
    and what to beware of."""

    name: str
    kept: kept.Kept
    found: records.Found
    stage: tuple[float, float]
    words: list[str]


def case_of(name: str, told: dict, given: Given) -> Case:
    """name: file or port, for errors."""
    parameters, values = _parameters(name, told)
    wiring = told.get("wiring") or {}
    k, angle, k_from, angle_from = _sensitivity(name, parameters, values, wiring, given)
    kq = _value(name, values, "pb_kq_mv_kvar", "--kq") if given.kq is None else given.kq
    found = records.Found(k, angle, kq, _value(name, values, "pb_margin_mv") / 1e3)
    what = box_records.read(name, told, int(wiring.get("legs", values.get("pb_legs", 0))))
    stage = (given.kva or _value(name, values, "pb_s_va", "--kva") / 1e3,
             _value(name, values, "pb_neutral_pct") / 100)
    words = [f"Box {told['identity']['identity']}: {len(what.u_v)} ten-minute means "
             f"({len(what.u_v) / _DAY:.1f} days), first minutes of {len(what.events)} events",
             f"k {k:g} mV/kW ({k_from}), angle {angle:g} degrees ({angle_from}), {kq:g} mV/kvar ("
             f"{_of_kq(given, values, parameters)}), margin {found.margin_v:g} V"]
    return Case(f"box {told['identity']['identity']}", what, found, stage,
                words + _cautions(what, values, wiring, k))


def _parameters(name, told):
    try:
        told["identity"]["identity"]
        return parameters_of(told)
    except (LookupError, TypeError, ValueError):
        raise SiteError(f"{name}: identity or parameters: cannot be read; `phaseward pull` writes "
                        "them") from None


def _value(name, values, key, option=None):
    if not isinstance(values.get(key), int):
        hint = f"; give {option}" if option else ""
        raise SiteError(f"{name}: parameters: {key}: missing: this box's firmware has no "
                        f"balancer{hint}")
    return values[key]


def _sensitivity(name, parameters, values, wiring, given):
    """(k, angle, where k is from, where the angle is from)."""
    probed = wiring.get("result") == "found"
    if given.k is not None:
        k, source = given.k, "given"
    elif wiring.get("result") == "undecided":
        raise SiteError(f"{name}: wiring: result: undecided: probing did not find k here; repeat "
                        "it at a calmer time (`phaseward commission`), or give --k")
    elif probed:
        k, source = wiring["found_k_mv_kw"], "probed"
    else:
        k, source = _value(name, values, "pb_k_mv_kw", "--k"), "pb_k_mv_kw"
        if k == parameters["pb_k_mv_kw"].default:
            raise SiteError(f"{name}: parameters: pb_k_mv_kw: {k} mV/kW, its default, and nothing "
                            "was probed: run probing (`phaseward commission`, or "
                            "pb_wiring=probed) and pull again, or give --k")
    if k <= 0:
        raise SiteError(f"{name}: k is {k} mV/kW: a transfer that moves no voltage cannot help; "
                        "run probing (`phaseward commission`), or give --k")
    if given.angle is not None:
        return float(k), given.angle, source, "given"
    if probed:
        return float(k), float(wiring["found_angle_deg"]), source, "probed"
    return float(k), float(_value(name, values, "pb_angle_deg", "--angle")), source, "pb_angle_deg"


def _of_kq(given, values, parameters) -> str:
    if given.kq is not None:
        return "given"
    same = values["pb_kq_mv_kvar"] == parameters["pb_kq_mv_kvar"].default
    return "pb_kq_mv_kvar, its default: not measured" if same else "pb_kq_mv_kvar"


def _cautions(what, values, wiring, k) -> list[str]:
    words = []
    if len(what.u_v) < _DAY:
        words.append("Less than a day is kept: other days may need more.")
    if what.own_w.any():
        words.append("Its own transfer was taken off. Its reactive power is not kept and stays "
                     "in: the rating can be too small by what that did.")
    running = wiring.get("measured_k_mv_kw") or 0
    if running > 0 and not 1 / _FAR <= running / k <= _FAR:
        words.append(f"While running, the box's own steps show {running} mV/kW.")
    for low, high, what in (("pb_lo_mv", "pb_hi_mv", "band"), ("pq_lo_mv", "pq_hi_mv", "events")):
        if (values.get(low), values.get(high)) != _BAND_MV:
            words.append(f"The box's {what} ({low}, {high}) are not of ±7 %; ratings here are.")
    return words


def answers_of(case: Case, wanted: float) -> list[kept.Answer]:
    """One for each strength of the neutral leg."""
    return [kept.advise(case.kept, case.found, wanted, neutral) for neutral in sizing.NEUTRALS]


def told_of(case: Case, answer: kept.Answer) -> list[str]:
    """What is to be said of the first answer."""
    kva, neutral = case.stage
    share = kept.share_cured(case.kept, case.found, kva, neutral)
    more = kept.next_size(answer.size.kva)
    means, events = (f"{size:g} kVA" if size else "nothing to do"
                     for size in (answer.by_means, answer.by_events))
    reserve = f"keep one size, {more:g} kVA, in reserve" if more else "there is no larger size"
    return [
        f"{kva:g} kVA with {100 * neutral:.0f} % neutral leg keep {100 * share:.1f} % inside.",
        f"10-minute means hide short peaks, events tell only their first minute: {means} by the "
        f"means alone, {events} by the events; the larger counts; {reserve} "
        "(docs/STUDY_BALANCER.md).",
        "From the records of this node alone: customers beyond it may need more."]
