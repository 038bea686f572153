"""What an adapter heard and what the box counted, and what must then be wrong: wiring or box.

Pure judgement, so that every case can be shown without hardware. `good` findings say what works.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

WEAK_SHARE = 0.05  # more lost polls than this on a short line mean bad termination or bias


class Fault(StrEnum):
    """Where to look."""

    NONE = "ok"
    WIRING = "wiring"
    BOX = "box"
    RIG = "rig file"


@dataclass(frozen=True)
class Finding:
    """subject: the box, adapter or module it is about."""

    subject: str
    fault: Fault
    text: str

    @property
    def good(self) -> bool:
        return self.fault is Fault.NONE


@dataclass
class Heard:
    """What one adapter heard in the time of listening, and what it did."""

    port: str
    bytes: int = 0
    addresses: dict[int, int] = field(default_factory=dict)
    ours: tuple[int, ...] = ()  # addresses that this adapter answers for
    answered: int = 0
    noise: int = 0
    echoes: int = 0
    foreign: int = 0  # answers of somebody else for one of ours
    speed: int = 0  # another speed at which requests can be read; 0 = none was found


@dataclass
class Counted:
    """What the box counted for its meter meanwhile; safe_mode and the rest as it tells itself."""

    address: int = 0
    ok: int = 0
    timeout: int = 0
    crc: int = 0
    other: int = 0
    safe_mode: bool = False
    baud: int = 0

    @property
    def polls(self) -> int:
        return self.ok + self.timeout + self.crc + self.other


def judge_bus(box: str, heard: list[Heard], counted: Counted) -> list[Finding]:
    """Findings about a box's line."""
    if counted.polls == 0 and not any(h.bytes for h in heard):
        return [_silent_box(box, counted)]
    found = [finding for h in heard for finding in _judge(box, h, counted)]
    simulated = any(counted.address in h.ours for h in heard)
    if not simulated and not counted.ok and counted.polls:
        found.append(Finding(box, Fault.WIRING, f"its real meter at address {counted.address} "
                             "does not answer: check the meter's address, speed, A and B"))
    return found


def _silent_box(box: str, counted: Counted) -> Finding:
    if counted.safe_mode:
        return Finding(box, Fault.BOX, "is in safe mode and does not poll: its log says why; "
                       "correct that, save, restart")
    return Finding(box, Fault.BOX, "its console answers, but it sends nothing on the bus and "
                   "counts no polls: check `mb_meter` and `mb_meter_addr`, restart it; else its "
                   "bus port is broken")


def _judge(box: str, heard: Heard, counted: Counted) -> list[Finding]:
    if heard.bytes == 0:
        return [Finding(heard.port, Fault.WIRING, f"hears nothing, while {box} counts "
                        f"{counted.polls} polls: the line is open, the adapter hangs on another "
                        "one, or it is the wrong port")]
    if not heard.addresses:
        return [_garbage(heard, counted)]
    asked = [address for address in heard.ours if address in heard.addresses]
    if heard.ours and not asked:
        others = ", ".join(map(str, sorted(heard.addresses)))
        return [Finding(heard.port, Fault.RIG, f"{box} asks for address {others}, this adapter "
                        f"answers for {', '.join(map(str, heard.ours))}")]
    notes = [Finding(heard.port, Fault.NONE, "the adapter hears itself (echo); that is allowed "
                     "for")] if heard.echoes else []
    if counted.address not in heard.ours:
        return [*notes, Finding(heard.port, Fault.NONE, f"hears {box}")]
    return [*notes, _answers(box, heard, counted)]


def _garbage(heard: Heard, counted: Counted) -> Finding:
    if heard.speed:
        return Finding(heard.port, Fault.RIG, f"the box sends at {heard.speed} Bd, its parameter "
                       f"says {counted.baud}: was it saved and not restarted?")
    return Finding(heard.port, Fault.WIRING, f"hears {heard.bytes} bytes and not one request "
                   "among them: A and B are swapped, or parity or speed differ")


def _answers(box: str, heard: Heard, counted: Counted) -> Finding:
    bad = counted.timeout + counted.crc + counted.other
    if counted.ok and (bad <= 1 or bad <= WEAK_SHARE * counted.polls):
        return Finding(heard.port, Fault.NONE, f"{box} takes the answers: {counted.ok} of "
                       f"{counted.polls} polls")
    if heard.foreign:
        return Finding(heard.port, Fault.WIRING, f"somebody else answers at address "
                       f"{counted.address}, too: two devices have the same one")
    if counted.ok:
        return Finding(heard.port, Fault.WIRING, f"{bad} of {counted.polls} polls fail: check "
                       "termination, bias and ground of the line")
    if counted.crc:
        return Finding(heard.port, Fault.WIRING, "the answers reach the box damaged: check "
                       "termination and bias; does something else drive the line?")
    return Finding(heard.port, Fault.WIRING, f"requests arrive, {heard.answered} answers were "
                   "sent, none reached the box: the adapter does not drive the line, or the box "
                   "does not hear: try another adapter to tell")


def judge_loop(pairs: dict[tuple[str, str], bool]) -> list[Finding]:
    """(sender, listener) -> whether the test frame came through, for adapters of one line."""
    found = []
    for (sender, listener), came in pairs.items():
        if not came:
            found.append(Finding(listener, Fault.WIRING, f"does not hear {sender} on the same "
                                 "line: the line between the adapters is open, or A and B are "
                                 "swapped at one of them"))
    if pairs and not found:
        found.append(Finding(", ".join(dict.fromkeys(name for name, _ in pairs)), Fault.NONE,
                             "the adapters hear each other"))
    return found
