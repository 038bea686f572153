"""A wrong profile is refused with file, key, what was expected and what was found."""

import copy
import json
import os

import pytest

from phaseward.bus import profile
from phaseward.bus.fields import ProfileError
from phaseward.bus.profile import builtin_folder, load, parse


def shipped(name):
    with open(os.path.join(builtin_folder(), name + ".json")) as file:
        return json.load(file)


METER = shipped("eastron_sdm630")
WALLBOX = shipped("heidelberg_energy_control")
STAGE = shipped("phaseward_stage")


def changed(values, path, value=None, drop=False):
    """A copy with the value at a dotted path replaced, added or dropped."""
    values = copy.deepcopy(values)
    at = values
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in parents:
        at = at[key]
    if drop:
        del at[last]
    else:
        at[last] = value
    return values


def message_for(values):
    with pytest.raises(ProfileError) as caught:
        parse("some.json", json.dumps(values))
    return str(caught.value)


@pytest.mark.parametrize("values", [METER, WALLBOX, STAGE], ids=lambda v: v["id"])
def test_every_top_level_key_is_needed(values):
    for key in values:
        if key == "sign":  # a remark for people
            continue
        message = message_for(changed(values, key, drop=True))
        assert message.startswith(f"some.json: {key}: expected"), message
        assert "found nothing" in message


@pytest.mark.parametrize(
    ("values", "path", "value", "parts"),
    [
        (METER, "schema", 2, ["schema: expected an integer 1..1, found 2"]),
        (METER, "kind", "toaster", ["kind: expected one of meter, stage, wallbox"]),
        (METER, "addressing", "one_based", ["addressing", "zero_based_pdu"]),
        (METER, "serial.parity", "X", ["serial.parity: expected one of N, E, O, found 'X'"]),
        (METER, "turnaround_ms", -1, ["turnaround_ms", "0..1000", "-1"]),
        (METER, "blocks", [], ["blocks: expected a list"]),
        (METER, "blocks.0.count", 126, ["blocks[0].count", "1..125", "126"]),
        (METER, "blocks.1.function", 5, ["blocks[1].function", "3..4"]),
        (METER, "blocks.1.evry", 5, ["blocks[1].evry: unknown key", "every"]),
        (METER, "quantities.u_l1n.register", 17, ["quantities.u_l1n.register", "inside"]),
        (METER, "quantities.u_l1n.register", "0", ["quantities.u_l1n.register", "'0'"]),
        (METER, "quantities.u_l1n.type", "float64", ["quantities.u_l1n.type", "float32"]),
        (METER, "quantities.u_l1n.word_order", "mid", ["u_l1n.word_order", "msw, lsw"]),
        (METER, "quantities.u_l1n.scale_num", 0, ["u_l1n.scale_num", "other than 0"]),
        (METER, "quantities.u_l1n.scale_num", True, ["u_l1n.scale_num", "True"]),
        (METER, "quantities.u_l1n.scale_den", 10001, ["u_l1n.scale_den", "1..10000"]),
        (METER, "quantities.u_l1n.unit", "V", ["u_l1n.unit", "mV", "'V'"]),
        (METER, "quantities.u_l1n.na", "NaN", ["u_l1n.na", "list"]),
        (METER, "quantities.u_l9n", {}, ["quantities.u_l9n: unknown key", "u_l1n"]),
        (METER, "quantities", [], ["quantities: expected an object"]),
        (METER, "probe.quantity", "energy", ["probe.quantity", "u_l1n"]),
        (METER, "probe.high", 5, ["probe.high"]),
        (METER, "colour", "red", ["colour: unknown key"]),
        (METER, "id", "", ["id: expected a text"]),
        (WALLBOX, "write_function", 5, ["write_function: expected one of 6, 16"]),
        (WALLBOX, "registers.limit.high", 70000, ["registers.limit.high", "0..65535"]),
        (WALLBOX, "registers.limit.table", "coil", ["registers.limit.table", "holding, input"]),
        (STAGE, "registers.p_l2.register", 17, ["registers.p_l2.register", "7"]),
        (WALLBOX, "setup.0.register", "speed", ["setup[0].register", "standby"]),
        (WALLBOX, "setup.0.value", 5, ["setup[0].value", "0..4"]),
        (WALLBOX, "setup.1.from", "moon", ["setup[1].from", "watchdog_ms, failsafe_ma"]),
        (WALLBOX, "max_current_ma", 5000, ["max_current_ma", "6000..100000"]),
        (STAGE, "registers.run.register", 20, ["registers.run.register", "expected 6"]),
        (STAGE, "registers.faults.table", "holding", ["registers.faults"]),
    ],
)
def test_a_wrong_value_is_named(values, path, value, parts):
    message = message_for(changed(values, path, value))
    assert message.startswith("some.json: "), message
    for part in parts:
        assert part in message


def test_a_quantity_in_two_blocks_is_refused():
    values = changed(METER, "blocks.1", {"function": 3, "first": 0, "count": 2})
    assert "exactly one of the blocks" in message_for(values)


def test_a_meter_without_phase_voltages_is_refused_with_the_reason():
    values = copy.deepcopy(METER)
    for name in ("u_l1n", "u_l2n", "u_l3n"):
        del values["quantities"][name]
    assert "a meter without them cannot serve the box" in message_for(values)


def test_half_a_group_is_refused():
    message = message_for(changed(METER, "quantities.i_l2", drop=True))
    assert "quantities.i_l2: expected all three phases" in message


@pytest.mark.parametrize("name", ["limit", "watchdog", "failsafe", "status", "i_l3"])
def test_a_wallbox_needs_its_registers(name):
    assert f"registers.{name}: expected" in message_for(
        changed(WALLBOX, f"registers.{name}", drop=True)
    )


def test_a_missing_profile_names_the_ones_there_are():
    with pytest.raises(ProfileError, match="no profile 'sdm999' in .*eastron_sdm630"):
        load("sdm999")


def test_a_profile_of_another_kind_is_refused():
    with pytest.raises(ProfileError, match="eastron_sdm630.json: kind: expected 'wallbox'"):
        load("eastron_sdm630", "wallbox")


def test_a_file_that_is_no_json_is_named(tmp_path):
    (tmp_path / "mine.json").write_text("{ meter")
    with pytest.raises(ProfileError, match="mine.json: not valid JSON"):
        load("mine", folders=[str(tmp_path)])


def test_a_file_that_holds_no_object_is_named():
    with pytest.raises(ProfileError, match="x.json: the file: expected an object"):
        parse("x.json", "[1]")


def test_a_profile_whose_id_is_not_its_file_name_is_refused(tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(METER))
    with pytest.raises(ProfileError, match="mine.json: id: expected the file's name 'mine'"):
        load("mine", folders=[str(tmp_path)])


def test_a_new_meter_is_a_new_file(tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(changed(METER, "id", "mine")))
    folders = [str(tmp_path), builtin_folder()]
    assert load("mine", "meter", folders).id == "mine"
    assert {"mine", "eastron_sdm630"} <= set(profile.available(folders))


def test_codes_of_a_car_and_a_register_energy_belong_together():
    alone = changed(WALLBOX, "registers.energy", drop=True)
    assert "registers.energy" in message_for(alone) and "no no_car" in message_for(alone)
    assert "no_car" in message_for(changed(WALLBOX, "no_car", []))
    assert "with_car" in message_for(changed(WALLBOX, "with_car", ["4"]))
