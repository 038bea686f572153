"""JUnit XML of a run's verdicts: one test case per measurement with a limit.

Measurements without a limit are properties of the suite, so that a CI server keeps them too.
"""

from xml.etree import ElementTree as ET

from phaseward_sim.results.measurement import Measurement
from phaseward_sim.results.result import Result


def junit_xml(result: Result) -> str:
    """The whole document as text."""
    verdicts = result.verdicts
    failed = sum(not m.passed for m in verdicts)
    suite = ET.Element("testsuite", name=result.meta.scenario, tests=str(len(verdicts)),
                       failures=str(failed), errors="0", time=f"{result.meta.wall_s:.3f}")
    _add_properties(suite, result)
    for measurement in verdicts:
        _add_case(suite, result, measurement)
    ET.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, "unicode") + "\n"


def _add_properties(suite: ET.Element, result: Result) -> None:
    meta = result.meta
    values = {"rung": meta.rung, "seed": meta.seed, "version": meta.version,
              "firmware_hash": meta.firmware_hash, "parameter_hash": meta.parameter_hash}
    if meta.wiring_hash:
        values["wiring_hash"] = meta.wiring_hash
    values.update({m.key: f"{m.value:g} {m.unit}".strip() for m in result.measurements})
    properties = ET.SubElement(suite, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=str(value))


def _add_case(suite: ET.Element, result: Result, m: Measurement) -> None:
    case = ET.SubElement(suite, "testcase", name=m.key,
                         classname=f"{result.meta.scenario}.{result.meta.rung}")
    text = f"{m.value:g} {m.unit}, limit {m.comparison} {m.limit:g}, margin {m.margin:g}"
    if m.passed:
        ET.SubElement(case, "system-out").text = text
    else:
        ET.SubElement(case, "failure", message=text).text = m.title or text
