"""File names of a result folder and the plain forms of its parts, shared by save and load."""

from dataclasses import fields

from phaseward_sim.results.records import Alarm, Decision, Mark, VoltageEvent

FORMAT = 1
META, VERDICTS, JUNIT = "meta.json", "verdicts.json", "verdicts.xml"
TIME_COLUMN = "t_s"
# The record lists of a Result: attribute = file stem -> class of its rows.
RECORDS = {"decisions": Decision, "marks": Mark, "alarms": Alarm, "events": VoltageEvent}


def series_stem(name: str) -> str:
    """File name, without ending, of a table."""
    return f"series_{name}"


def field_types(record: type) -> dict[str, type]:
    """Column -> type of a record class, in file order."""
    return {f.name: f.type for f in fields(record)}
