"""Rig files: read, and refused with file, line and key."""

import pytest

from phaseward_tools.rig import reference
from phaseward_tools.rig.errors import RigFileError
from phaseward_tools.rig.load import load, loads

GOOD = """version: 1
name: desk
boxes:
  - name: box
    console: /dev/ttyACM0
    adapters:
      - {port: /dev/ttyUSB0, devices: [meter]}
      - {port: /dev/ttyUSB1}
"""


def refused(text):
    with pytest.raises(RigFileError) as caught:
        loads(text, "rig.yaml")
    return str(caught.value)


def test_a_rig_is_read_with_its_defaults():
    rig = loads(GOOD).rig
    assert rig.late.at_most_pct == 1 and rig.boxes[0].read_back[0].kind == "telemetry"
    assert rig.ratings.u_max_v == 264.5  # 1.15 * 230 V


@pytest.mark.parametrize(("change", "says"), [
    (("/dev/ttyUSB1", "/dev/ttyUSB0"), "rig.yaml:8: boxes[0].adapters[1].port: /dev/ttyUSB0 is "
     "used twice, first at boxes[0].adapters[0].port"),
    (("devices: [meter]", "devices: [clock]"), "rig.yaml:7: boxes[0].adapters[0].devices[0]: "),
    (("console:", "consol:"), "rig.yaml:5: boxes[0].consol: unknown key; did you mean 'console'?"),
    (("version: 1", "version: 2"), "rig.yaml:1: version: expected"),
    (("name: box", "name: box\n    read_back: [{kind: eyes}]"), "read_back[0]: kind: expected"),
    (("name: box", "name: box\n    read_back: [{kind: modbus, inputs: {relay_l1: 0}}]"),
     "expected port or host, one of the two"),
    (("name: box", "name: box\n    read_back: [{kind: modbus, host: a, inputs: {bell: 0}}]"),
     "rig.yaml:5: boxes[0].read_back[0].inputs.bell"),
    (("name: desk", "name: desk\nratings: {u_min_v: 250, u_max_v: 240}"), "rig.yaml:3: ratings: "),
    (("name: box", "name: box\n    source: {kind: chroma_61500, resource: X}"),
     "a source feeds a real meter"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_line_and_key(change, says):
    assert says in refused(GOOD.replace(*change))


def test_a_box_that_measures_nothing_is_refused():
    text = GOOD[: GOOD.index("    adapters")]
    assert "measures nothing" in refused(text)


def test_the_wiring_hash_knows_wires_and_not_words():
    first = loads(GOOD).wiring_hash
    described = GOOD.replace("name: desk", "name: desk\nabout: in the cellar")
    assert loads(described).wiring_hash == first
    assert loads(GOOD.replace("ttyUSB1", "ttyUSB2")).wiring_hash != first


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(RigFileError, match="none.yaml: cannot be read"):
        load(tmp_path / "none.yaml")


def test_the_reference_page_is_up_to_date():
    assert reference.PAGE.read_text() == reference.page(), (
        "run: python -m phaseward_tools.rig.reference")
