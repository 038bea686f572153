"""Writes docs/METERS.md from the device profiles: python scripts/render_meters.py [--check].

With --check nothing is written; exit code 1 where the file is out of date.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "firmware"))
sys.path.insert(0, str(ROOT / "scripts"))

from page import keep
from phaseward.bus import decode, meter_profile, profile
from phaseward.bus.frame import reply_length

TARGET = ROOT / "docs" / "METERS.md"
GROUPS = ("phase to neutral", "phase to phase", "current", "active power", "frequency")
TYPE_NAMES = {number: name for name, number in decode.TYPES.items()}
REQUEST_CHARS, SILENT_CHARS, CHAR_BITS, BAUD = 8, 7, 11, 9600
HEAD = """# Meters and actuators on the bus

Generated from `firmware/phaseward/bus/profiles/*.json` by `python scripts/render_meters.py`;
do not edit. Registers are addresses as they travel in the request (30001 or 40001 of a manual
is 0). What a profile calls unverified was not read at a source: look at the device before you
rely on it.
"""


def register_of(meter, slot):
    """Absolute register of a quantity; of a SunSpec model, counted from its beginning."""
    for block in meter.blocks:
        if slot in block.slots:
            return block.first + meter.offset[slot]
    raise ValueError(f"{meter.id}: slot {slot} lies in no block")


def type_of(meter, slot):
    name = TYPE_NAMES[meter.kind_of[slot]]
    if decode.words_of(meter.kind_of[slot]) == 1:
        return name
    return f"{name}, {'low' if meter.lsw[slot] else 'high'} word first"


def scale_of(meter, slot):
    scale = f"{'-' if meter.negate[slot] else ''}{meter.num[slot]}/{meter.den[slot]}"
    return scale + (" and its scale factor" if meter.scale_offset[slot] >= 0 else "")


def group_row(meter, group):
    """Markdown row: registers, type, scale and unit of one group of quantities."""
    if not meter.measures(group):
        return f"| {GROUPS[group]} | not measured | | | |"
    slots = list(meter_profile.members(group))
    registers = ", ".join(str(register_of(meter, slot)) for slot in slots)
    unit = meter_profile.UNITS[group]
    return (
        f"| {GROUPS[group]} | {registers} | {type_of(meter, slots[0])} "
        f"| {scale_of(meter, slots[0])} | {unit} |"
    )


def bus_ms(meter):
    """Time of a full poll on the wire at 9600 baud, 11 bits; without the meter's own time."""
    chars = sum(
        REQUEST_CHARS + reply_length(block.function, block.count) + SILENT_CHARS
        for block in meter.blocks
    )
    return round(chars * CHAR_BITS * 1000 / BAUD)


def reads_of(meter):
    """Sentence naming the reads of a poll."""
    parts = []
    for block in meter.blocks:
        last = block.first + block.count - 1
        often = f" at every {block.every}th poll" if block.every > 1 else ""
        parts.append(f"function {block.function}, {block.first} to {last}{often}")
    return "; ".join(parts)


def line_of(device):
    stops = "" if device.stop_bits == 1 else f", {device.stop_bits} stop bits"
    return f"{device.baud} baud, parity {device.parity}{stops}"


def meter_section(meter):
    rows = "\n".join(group_row(meter, group) for group in range(meter_profile.GROUPS))
    model = meter.sunspec_model
    base = f" Registers count from the beginning of SunSpec model {model}." if model else ""
    return f"""### {meter.maker} {meter.model}

`{meter.id}`, factory setting {line_of(meter)}. Reads: {reads_of(meter)}.{base}
All reads of a poll take {bus_ms(meter)} ms of line time at {BAUD} baud, plus the meter's own.

| group | registers | type | scale to unit | unit |
|---|---|---|---|---|
{rows}

Source: {meter.source}.
Checked: {meter.checked}.
"""


def register_row(name, register):
    table = "holding" if register.function == 3 else "input"
    limits = f"{register.low}..{register.high}, {register.default}" if table == "holding" else ""
    return (
        f"| {name} | {table} {register.register} | {TYPE_NAMES[register.kind]} "
        f"| {register.num}/{register.den} {register.unit} | {limits} | {register.meaning} |"
    )


def actuator_section(device):
    rows = "\n".join(register_row(*item) for item in device.registers.items())
    return f"""### {device.maker} {device.model}

`{device.id}`, factory setting {line_of(device)}. Written by function {device.write_function}.

| name | register | type | scale to unit | raw range, default | meaning |
|---|---|---|---|---|---|
{rows}

Source: {device.source}.
Checked: {device.checked}.
"""


def render():
    """The whole document as text."""
    devices = [profile.load(name) for name in profile.available()]
    meters = [device for device in devices if device.kind == "meter"]
    parts = [HEAD, f"## Meters\n\n{len(meters)} profiles.\n"]
    parts += [meter_section(meter) for meter in meters]
    parts += ["## Actuators\n"]
    parts += [actuator_section(device) for device in devices if device.kind != "meter"]
    return "\n".join(parts)


def main(arguments):
    return keep(TARGET, render(), __file__, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
