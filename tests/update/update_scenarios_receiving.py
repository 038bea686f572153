"""Receiving an update on littlefs: resumed anywhere, refused where anything is wrong."""

from package import (
    SEED,
    STRANGER,
    deliver,
    files,
    manifest,
    receiver,
    refused,
    selection,
    trust,
    write,
)
from power import Power, formatted

from phaseward.store import slots
from phaseward.update import folders, places
from phaseward.update.manifest import signed_manifest
from phaseward.update.places import folder_of, problem
from phaseward.update.selection import NONE, SLOT_A
from phaseward_tools.signing import make_manifest, public_key

MODULES = (slots, places, folders)
VERSION = "0.2.0"
STREAM = b"".join([contents for _, contents in files(VERSION)])
KEY = public_key(SEED)


def on_box(action, blocks=32):
    """Runs `action(folder)` on a fresh box that trusts the manufacturer."""
    with Power(formatted(blocks), MODULES) as folder:
        trust(folder)
        return action(folder)


def scenario_a_package_in_one_go():
    def check(folder):
        box = receiver(folder)
        assert box.begin(manifest(VERSION)) == 0
        assert box.total == len(STREAM) == sum([len(data) for _, data in files(VERSION)])
        assert box.write(0, STREAM) == box.total
        box.finish()
        assert problem(folder_of(folder, SLOT_A), KEY) is None
        assert selection(folder).trial == SLOT_A

    on_box(check)


def scenario_resumed_at_any_byte():
    """Every 97th byte, and each file's end with its neighbours."""
    ends = [sum([len(data) for _, data in files(VERSION)[: i + 1]]) for i in range(4)]
    places_to_stop = sorted(set(list(range(1, len(STREAM), 97)) + [e - 1 for e in ends] + ends))

    def check(folder):
        offset = receiver(folder).begin(manifest(VERSION))
        for stop in places_to_stop:
            box = receiver(folder)
            assert box.begin(manifest(VERSION)) == offset
            offset = box.write(offset, STREAM[offset:stop])
            assert offset == stop
        receiver(folder).begin(manifest(VERSION))
        assert problem(folder_of(folder, SLOT_A), KEY) is None

    on_box(check)


def scenario_chunks_may_come_again_but_not_from_ahead():
    def check(folder):
        box = receiver(folder)
        box.begin(manifest(VERSION))
        assert box.write(0, STREAM[:1000]) == 1000
        assert box.write(0, STREAM[:1000]) == 1000
        assert box.write(500, STREAM[500:1500]) == 1500
        refused("chunk at 1501, expected 1500", box.write, 1501, b"x")
        refused("expected more from offset 1500", box.finish)
        assert box.write(1500, STREAM[1500:] + b"too much") == len(STREAM)
        box.finish()

    on_box(check)


def scenario_a_wrong_byte_is_found_and_only_its_file_sent_again():
    """A byte of the third file is wrong: its 330 lines are asked for again, the fourth is not."""
    first = len(files(VERSION)[0][1])
    third = len(files(VERSION)[2][1])

    def check(folder):
        box = receiver(folder)
        box.begin(manifest(VERSION))
        bad = bytearray(STREAM)
        bad[first + 10] ^= 1
        box.write(0, bytes(bad))
        refused(f"send again from {first}", box.finish)
        assert box.expected == first
        assert box.write(first, STREAM[first : first + third]) == box.total
        box.finish()
        assert problem(folder_of(folder, SLOT_A), KEY) is None

    on_box(check)


def scenario_another_package_replaces_a_half_received_one():
    def check(folder):
        box = receiver(folder)
        box.begin(manifest(VERSION))
        box.write(0, STREAM[:3000])
        deliver(folder, "0.2.1")
        assert problem(folder_of(folder, SLOT_A), KEY) is None
        assert signed_manifest(manifest("0.2.1"), KEY).version == (0, 2, 1)

    on_box(check)


def scenario_without_a_manifest_nothing_is_taken():
    def check(folder):
        refused("send the manifest first", receiver(folder).write, 0, b"x")
        refused("send the manifest first", receiver(folder).finish)

    on_box(check)


def scenario_while_one_is_on_trial_no_other_is_taken():
    def check(folder):
        deliver(folder, VERSION)
        refused("on trial", receiver(folder).begin, manifest("0.2.1"))

    on_box(check)


def scenario_a_box_without_key_takes_nothing():
    with Power(formatted(), MODULES) as folder:
        refused("no manufacturer's key", receiver(folder).begin, manifest(VERSION))
        write(folder + "/" + places.KEY_FILE, b"zz" * 32)
        refused("no manufacturer's key", receiver(folder).begin, manifest(VERSION))


def scenario_a_stranger_s_or_changed_manifest_is_refused():
    def check(folder):
        foreign = make_manifest(VERSION, files(VERSION), STRANGER)
        refused("not the manufacturer's", receiver(folder).begin, foreign)
        changed = manifest(VERSION).replace(b"version 0.2.0", b"version 9.2.0")
        refused("not the manufacturer's", receiver(folder).begin, changed)
        assert selection(folder).trial == NONE

    on_box(check)


def signed(*file_list, version=VERSION, interface=1):
    return make_manifest(version, list(file_list), SEED, interface)


def scenario_what_a_manifest_must_not_say():
    good = ("phaseward/a.py", b"x")

    def check(folder):
        begin = receiver(folder).begin
        for path in ("main.py", "phaseward/../boot.py", "/phaseward/a.py", "phaseward//a.py"):
            refused("expected one below phaseward/", begin, signed((path, b"x")))
        refused("expected one below phaseward/", begin, signed(("phaseward/A.py", b"x")))
        refused("older than the running one", begin, signed(good, version="0.0.9"))
        refused("three numbers", begin, signed(good, version="new"))
        refused("needs platform interface 2", begin, signed(good, interface=2))
        refused("at least one file", begin, signed())

    on_box(check)


def scenario_what_is_no_manifest_is_refused():
    text = manifest(VERSION)

    def check(folder):
        begin = receiver(folder).begin
        refused("signature, 128 hex digits", begin, b"")
        refused("signature, 128 hex digits", begin, text[:-3])
        refused("signature, 128 hex digits", begin, text[: text.find(b"signature")])
        refused("at most 32768", begin, text * 100)
        refused("expected ASCII", begin, b"\xff" + text)

    on_box(check)


def scenario_an_update_older_than_the_confirmed_one_is_refused():
    def check(folder):
        deliver(folder, "0.3.0")
        chosen = selection(folder)
        chosen.commit()
        refused("older than the running one", receiver(folder).begin, manifest(VERSION))

    on_box(check)


def scenario_too_little_room_is_said_before_anything_is_sent():
    large = signed(("phaseward/a.py", b"x" * 100_000))
    on_box(lambda folder: refused("of storage", receiver(folder).begin, large), 24)
