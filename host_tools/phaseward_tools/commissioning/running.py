"""The steps of a commissioning, in order; whatever breaks one off, the box is left as it was.

    meter -> wiring -> profile -> contacts -> stage -> protocol

Failure: the step's own error, after the box has its former parameters back.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from phaseward_tools.field import batch, tuning
from phaseward_tools.flashing.verifying import parameters_hash

from . import wiring
from .answers import Answers
from .meter_search import Found, search
from .outputs import Step, try_contacts
from .page import Protocol
from .selector import try_selector
from .site import Site
from .stage import try_stage

_SETTLE_S = 20.0
_KV = 1000.0


@dataclass(frozen=True)
class Wish:
    """addresses: first and last to look at; profile: file of parameters to put in force."""

    addresses: tuple[int, int] = (1, 10)
    profile: Path | None = None


def commission(site: Site, answers: Answers, wish: Wish, tell) -> Protocol:
    """Goes through all steps; what was found is in the protocol, and in force."""
    try:
        protocol = _steps(site, answers, wish, tell)
        keep = protocol.good or answers.agreed(
            "keep", "Something failed. Keep the settings all the same?", False)
    except BaseException:
        for line in site.undo():
            tell(line)
        raise
    if keep:
        site.keep()
    else:
        for line in site.undo():
            tell(line)
        protocol.remarks += " The settings were taken back."
    return protocol


def _steps(site: Site, answers: Answers, wish: Wish, tell) -> Protocol:
    who = site.box.identity
    protocol = Protocol(f"Commissioning of box {who['identity']}", date=date.today().isoformat())
    protocol.technician = answers.text("technician", "Your name")
    protocol.facts["Place"] = answers.text("place", "Where is the box?")
    protocol.sections["Meter"] = [_meter(site, answers, wish, tell)]
    protocol.sections["Wiring of the meter"] = _wiring(site, answers)
    if wish.profile is not None:
        protocol.sections["Profile"] = [_profile(site, wish.profile)]
    protocol.sections["Outputs"] = [*try_contacts(site, answers, tell),
                                    *try_selector(site, answers, tell),
                                    *try_stage(site, answers, tell)]
    protocol.remarks = answers.text("remarks", "Remarks", "")
    _identify(site, protocol)
    return protocol


def _meter(site: Site, answers: Answers, wish: Wish, tell) -> Step:
    found = search(site, *wish.addresses, tell)
    profile = found.profiles[0]
    if len(found.profiles) > 1:
        profile = answers.choice("meter", "Several meters have these registers. Which is it?",
                                 list(found.profiles))
    site.change(_of_meter(found, profile), restart=True)
    status = site.settled(_SETTLE_S)
    if status["voltage"] != "ok":
        return Step("meter", False, f"{found.words}: answers, but its values are "
                    f"{status['voltage']}")
    return Step("meter", True, f"{profile} at address {found.address}, {found.baud} Bd")


def _of_meter(found: Found, profile: str) -> dict:
    return {"mb_baud": found.baud, "mb_parity": found.parity, "mb_meter": profile,
            "mb_meter_addr": found.address}


def _wiring(site: Site, answers: Answers) -> list[Step]:
    status = site.settled(_SETTLE_S)
    u_ln, u_ll = ([mv / _KV for mv in status[name]] for name in ("u_ln_mv", "u_ll_mv"))
    steps = [Step("six voltages", good, text) for good, text in wiring.judge(u_ln, u_ll)]
    steps.append(Step("measured", None, "L-N " + ", ".join(f"{u:.1f}" for u in u_ln) + " V; L-L "
                      + ", ".join(f"{u:.1f}" for u in u_ll) + " V"))
    turns = answers.agreed("rotation", "Does a rotation meter show clockwise at the meter's "
                           "terminals?", True)
    steps.append(Step("rotation", turns, "clockwise, looked at" if turns else
                      "not clockwise: exchange two phases"))
    return steps


def _profile(site: Site, path: Path) -> Step:
    found = batch.read(path, site.box.parameters, site.box.identity.get("ids"))
    changes = tuning.changes(site.box, found.values, found.fresh)
    values = {p.id: new for p, _, new in changes}
    site.change(values, restart=any(p.restart for p, _, _ in changes))
    site.settled(_SETTLE_S)
    return Step("profile", True, f"{len(changes)} of {len(found.values)} values of {path.name} "
                "were new; all are in force and saved")


def _identify(site: Site, protocol: Protocol) -> None:
    who, box = site.box.identity, site.box
    status = box.status()
    protocol.facts |= {
        "Box": f"{who['identity']} on {who['board']}",
        "Firmware": f"{who['firmware']}, sources {who.get('sources') or 'from files'}",
        "Application": box.client.request("update")["told"],
        "Parameters": f"hash {parameters_hash(box)}",
        "Access": "IN COMMISSIONING: no keys yet" if who["commissioning"] else "keys are set",
        "Alarms": ", ".join([*status["alarms"], *status["faults"]]) or "none",
    }
    protocol.parameters = [(name, box.parameters[name].shown(value), box.parameters[name].meaning)
                           for name, value in tuning.differing(box).items()]
