"""Slots that are executed in place, on a flash that only clears bits: received, kept, refused."""

from flash import BLOCK
from package import (
    SEED,
    boot,
    deliver,
    files,
    image,
    image_manifest,
    manifest,
    receiver,
    refused,
    selection,
    slots_of,
    trust,
)
from power import Power, formatted

from phaseward.store import slots
from phaseward.store.slots import SlotFile
from phaseward.update import folders, places, rom
from phaseward.update.manifest import UpdateError
from phaseward.update.selection import BASE, NONE, SLOT_A, SLOT_B
from phaseward_tools.signing import make_image_manifest, public_key

MODULES = (slots, places, folders)
VERSION = "0.2.0"
IMAGE = image(VERSION)
KEY = public_key(SEED)
ROM_BLOCKS = 22


def on_box(action, blocks=ROM_BLOCKS):
    """Runs `action(folder)` on a fresh box that trusts the manufacturer."""
    with Power(formatted(16, blocks), MODULES) as folder:
        trust(folder)
        return action(folder)


def spoil(slot, block):
    """Bits of a block of the slot's half decay."""
    at = (Power.flash.blocks + (slot - SLOT_A) * ROM_BLOCKS // 2 + block) * BLOCK
    Power.flash.data[at + 100] &= 0x10


def updated(folder, version):
    """Delivered, booted, committed; returns the slot."""
    deliver(folder, version)
    slot = boot(folder).slot
    selection(folder).commit()
    return slot


def scenario_whole_blocks_are_taken_and_the_rest_is_asked_for_again():
    """5000 bytes are one block of 4096; the last block of 40 950 bytes has 4086."""

    def check(folder):
        box = receiver(folder)
        assert (box.begin(image_manifest(VERSION)), box.total) == (0, 40950)
        assert box.write(0, IMAGE[:4095]) == 0
        assert box.write(0, IMAGE[:5000]) == 4096
        assert box.write(0, IMAGE[:5000]) == 4096
        refused("chunk at 4097, expected 4096", box.write, 4097, b"x")
        refused("expected more from offset 4096", box.finish)
        assert box.write(4096, IMAGE[4096:] + b"too much") == 40950
        box.finish()
        assert selection(folder).trial == SLOT_A
        assert slots_of(folder).problem(SLOT_A, KEY) is None
        assert bytes(slots_of(folder).part(SLOT_A, BLOCK, BLOCK + 40950)) == IMAGE

    on_box(check)


def scenario_a_sender_goes_on_at_the_first_missing_block():
    def check(folder):
        for block in range(10):
            box = receiver(folder)
            assert box.begin(image_manifest(VERSION)) == block * BLOCK
            box.write(block * BLOCK, IMAGE[block * BLOCK : (block + 1) * BLOCK])
        assert receiver(folder).begin(image_manifest(VERSION)) == len(IMAGE)

    on_box(check)


def scenario_updates_alternate_between_the_halves():
    def check(folder):
        assert [updated(folder, f"0.{n}.0") for n in (2, 3, 4)] == [SLOT_A, SLOT_B, SLOT_A]
        assert boot(folder).slot == SLOT_A
        assert slots_of(folder).manifest(SLOT_B, KEY).version == (0, 3, 0)

    on_box(check)


def scenario_an_image_that_arrived_wrongly_is_asked_for_anew():
    def check(folder):
        box = receiver(folder)
        box.begin(image_manifest(VERSION))
        bad = bytearray(IMAGE)
        bad[5000] ^= 1
        box.write(0, bytes(bad))
        refused("send again from 0", box.finish)
        assert (box.expected, selection(folder).trial) == (0, NONE)
        box.write(0, IMAGE)
        box.finish()
        assert boot(folder).slot == SLOT_A

    on_box(check)


def scenario_another_image_replaces_a_half_received_one():
    def check(folder):
        box = receiver(folder)
        box.begin(image_manifest(VERSION))
        box.write(0, IMAGE[:9000])
        deliver(folder, "0.2.1")
        assert slots_of(folder).manifest(SLOT_A, KEY).version == (0, 2, 1)
        assert boot(folder).slot == SLOT_A

    on_box(check)


def scenario_what_runs_is_never_written_even_where_the_confirmed_slot_is_damaged():
    """a (0.3.0, confirmed) decays, b (0.2.0) runs in its place: the update goes into a."""

    def check(folder):
        assert [updated(folder, v) for v in ("0.1.9", "0.2.0", "0.3.0")][-1] == SLOT_A
        spoil(SLOT_A, 3)
        choice = boot(folder)
        assert (choice.slot, choice.notes) == (
            SLOT_B,
            ["application in slot a: the image is not as signed"],
        )
        box = receiver(folder, SLOT_B)
        box.begin(image_manifest("0.4.0"))
        box.write(0, image("0.4.0"))
        box.finish()
        assert slots_of(folder).problem(SLOT_B, KEY) is None
        assert boot(folder).slot == SLOT_A
        assert slots_of(folder).manifest(SLOT_A, KEY).version == (0, 4, 0)

    on_box(check)


def scenario_decay_in_both_halves_leads_to_the_base():
    def check(folder):
        for version in ("0.2.0", "0.3.0"):
            updated(folder, version)
        spoil(SLOT_A, 2)
        spoil(SLOT_B, 0)
        choice = boot(folder)
        assert choice.slot == BASE and len(choice.notes) == 2

    on_box(check)


def scenario_an_image_spoilt_before_its_first_boot_is_taken_back():
    def check(folder):
        updated(folder, "0.2.0")
        deliver(folder, "0.3.0")
        spoil(SLOT_B, 5)
        choice = boot(folder)
        assert choice.slot == SLOT_A
        assert choice.notes == ["update taken back: the image is not as signed"]
        assert selection(folder).bad == SLOT_B

    on_box(check)


def scenario_a_manifest_that_nobody_signed_is_not_booted_from_a_half():
    """Somebody wrote the flash: the signature is looked at before the first try."""

    def check(folder):
        forged = image_manifest(VERSION).replace(b"version 0.2.0", b"version 0.2.9")
        stream = slots_of(folder).stream(SLOT_A, rom.Manifest(forged))
        stream.clear()
        stream.put_manifest()
        stream.write(memoryview(IMAGE))
        selection(folder).begin_trial(SLOT_A)
        choice = boot(folder)
        assert choice.slot == BASE and "not the manufacturer's" in choice.notes[0]

    on_box(check)


def scenario_the_other_kind_of_package_is_refused_with_the_reason():
    def in_place(folder):
        refused("a package of files", receiver(folder).begin, manifest(VERSION))

    def in_files(folder):
        refused("image to be executed", receiver(folder).begin, image_manifest(VERSION))

    on_box(in_place)
    on_box(in_files, 0)


def scenario_what_does_not_fit_is_refused_before_anything_is_written():
    """A half of 4 blocks has 3 for the image: 12 288 bytes."""
    fitting = make_image_manifest(VERSION, bytes(12288), SEED)
    larger = make_image_manifest(VERSION, bytes(12289), SEED)

    def check(folder):
        before = Power.flash.operations
        refused("12289 bytes, a slot holds 12288", receiver(folder).begin, larger)
        assert Power.flash.operations == before
        assert receiver(folder).begin(fitting) == 0

    on_box(check, 8)


def scenario_flash_that_keeps_a_bit_or_does_not_erase_is_told():
    def check(folder):
        flash = Power.flash
        erase, flash.erase = flash.erase, lambda block: None
        flash.data[flash.blocks * BLOCK] = 0
        refused("does not erase", receiver(folder).begin, image_manifest(VERSION))
        flash.erase = erase
        box = receiver(folder)
        box.begin(image_manifest(VERSION))
        flash.erase = lambda block: None
        flash.data[(flash.blocks + 1) * BLOCK + 7] = 0
        refused("block 0 does not hold", box.write, 0, IMAGE)
        flash.erase = erase
        assert (box.expected, box.write(0, IMAGE)) == (0, len(IMAGE))

    on_box(check)


def scenario_a_record_of_a_slot_that_was_never_written_leads_to_the_base():
    def check(folder):
        SlotFile(folder, "update").save(bytes((SLOT_B, NONE, 0, NONE, 0)), 1)
        choice = boot(folder)
        assert choice.slot == BASE and "there is no application" in choice.notes[0]

    on_box(check)


def scenario_files_in_the_manifest_beside_an_image_are_refused():
    both = make_image_manifest(VERSION, IMAGE, SEED)
    line = b"file " + files(VERSION)[0][0].encode() + b" 3 " + b"0" * 64 + b"\n"
    changed = both.replace(b"image ", line + b"image ")
    try:
        rom.Manifest(changed)
    except UpdateError as error:
        assert "or one image" in str(error)
    else:
        raise AssertionError("not refused")
