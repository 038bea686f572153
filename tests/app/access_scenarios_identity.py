"""What a host needs to name a box exactly: its image's hash, its pins, the key it trusts."""

import json
from binascii import hexlify
from hashlib import sha256

from box_fakes import Bench, Platform, fresh_folder

from phaseward.app.image_digest import LARGEST, SMALLEST
from phaseward.update.places import public_key

IMAGE = bytes([number * 7 & 255 for number in range(256)]) * (SMALLEST // 256 + 16)
KEY = "0123456789abcdef" * 4


def bench(name, **more):
    return Bench(fresh_folder(name), **more)


def good(reply):
    assert reply[0] == "+", reply
    return json.loads(reply[1:])


def refused(reply):
    assert reply[0] == "-", reply
    return json.loads(reply[1:])["code"], reply


class WithImage(Platform):
    def image_part(self, first, count):
        return memoryview(IMAGE)[first : first + count]


def scenario_the_digest_is_that_of_the_images_first_bytes():
    box = bench("digest", keys=False, platform=WithImage)
    good(box.request("digest %d" % (SMALLEST + 100)))
    box.pass_s(60)
    found = good(box.request("job 0"))
    digest = hexlify(sha256(IMAGE[: SMALLEST + 100]).digest()).decode()
    assert found["rows"] == [{"length": SMALLEST + 100, "sha256": digest}], found
    assert found["done"] == 1 and found["error"] == ""


def scenario_the_file_system_behind_the_image_cannot_be_asked_for():
    box = bench("digest_range", keys=False, platform=WithImage)
    for length in (SMALLEST - 1, LARGEST + 1):
        assert refused(box.request("digest %d" % length))[0] == "value"
    assert "runs from files" in refused(bench("files", keys=False).request("digest 70000"))[1]


def scenario_a_digest_needs_the_technician():
    box = bench("digest_level", platform=WithImage)
    assert refused(box.request("digest 70000"))[0] == "access"


def scenario_a_key_for_updates_is_taken_in_commissioning_and_then_from_the_manufacturer():
    box = bench("trust", keys=False)
    good(box.request("trust " + KEY))
    assert hexlify(public_key(box.folder)).decode() == KEY
    for wrong in ("", KEY[1:], KEY[1:] + "X", KEY.upper()):
        assert refused(box.request("trust " + wrong))[0] == "value"
    closed = bench("trust_closed")
    closed.tool_login()
    assert refused(closed.request("trust " + KEY))[0] == "access"
    closed.tool_login("manufacturer")
    good(closed.request("trust " + KEY))


def scenario_outputs_tell_the_levels_of_their_pins():
    box = bench("levels", keys=False, l1_kind=1, io_l1_act=1, l2_kind=3, io_l2_act=2)
    found = {row["output"]: row for row in good(box.request("outputs"))["outputs"]}
    box.platform.pins["relay_l1"].level = 1 - found["relay_l1"]["levels"]["relay_l1"]
    after = {row["output"]: row for row in good(box.request("outputs"))["outputs"]}
    assert after["relay_l1"]["levels"] != found["relay_l1"]["levels"]
    assert sorted(found["sg_l2"]["levels"]) == ["sg_a_l2", "sg_b_l2"]


def scenario_a_box_that_runs_from_files_names_no_sources():
    assert good(bench("sources").request("identify"))["sources"] == ""
