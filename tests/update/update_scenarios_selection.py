"""Which application boots: trial, commit, way back, damage, last resort."""

from package import SEED, deliver, files, selection, trust, write
from power import Power, formatted

from phaseward.store import slots
from phaseward.store.boots import SAFE_MODE_AFTER, Boots
from phaseward.store.slots import SlotFile
from phaseward.update import folders, places
from phaseward.update.places import folder_of
from phaseward.update.selection import BASE, MOST_TRIES, NONE, SLOT_A, SLOT_B
from phaseward.update.selector import choose
from phaseward.update.trial import HEALTHY_CYCLES, TRIAL_CYCLES, Trial
from phaseward_tools.signing import make_manifest

MODULES = (slots, places, folders)


def on_box(action):
    with Power(formatted(48), MODULES) as folder:
        trust(folder)
        return action(folder)


def healthy(folder, cycles=HEALTHY_CYCLES):
    """So many healthy control cycles of the running application."""
    trial = Trial(selection(folder))
    for _ in range(cycles):
        trial.cycle(True)
    if trial.proven:
        trial.commit()
    return trial


def updated(folder, version):
    """Delivered, booted, committed; returns the slot."""
    deliver(folder, version)
    slot = choose(folder).slot
    healthy(folder)
    return slot


def spoil(folder, slot, path="phaseward/app/large.py"):
    write(folder_of(folder, slot) + "/" + path, b"rot")


def scenario_a_box_that_was_never_updated_runs_its_base():
    def check(folder):
        choice = choose(folder)
        assert (choice.slot, choice.on_trial, choice.notes) == (BASE, False, [])
        assert selection(folder).told() == "application in base; last update: never updated"

    on_box(check)


def scenario_updates_alternate_between_the_slots():
    def check(folder):
        assert [updated(folder, f"0.{n}.0") for n in (2, 3, 4)] == [SLOT_A, SLOT_B, SLOT_A]
        assert choose(folder).slot == SLOT_A
        assert "committed after healthy" in selection(folder).told()

    on_box(check)


def scenario_only_healthy_cycles_in_a_row_commit():
    def check(folder):
        deliver(folder, "0.2.0")
        choose(folder)
        trial = Trial(selection(folder))
        for _ in range(HEALTHY_CYCLES - 1):
            trial.cycle(True)
        trial.cycle(False)
        for _ in range(HEALTHY_CYCLES - 1):
            trial.cycle(True)
        assert trial.active and not trial.proven and not trial.overdue
        trial.cycle(True)
        assert trial.proven
        trial.commit()
        assert not trial.active and not trial.proven
        assert selection(folder).confirmed == SLOT_A and selection(folder).trial == NONE

    on_box(check)


def scenario_a_trial_without_health_becomes_overdue():
    def check(folder):
        deliver(folder, "0.2.0")
        choose(folder)
        trial = Trial(selection(folder))
        for _ in range(TRIAL_CYCLES):
            assert not trial.overdue
            trial.cycle(False)
        assert trial.overdue

    on_box(check)


def scenario_a_committed_application_is_on_no_trial():
    def check(folder):
        updated(folder, "0.2.0")
        trial = healthy(folder, 10 * TRIAL_CYCLES)
        assert not trial.active and not trial.proven and not trial.overdue

    on_box(check)


def scenario_after_three_boots_without_health_the_old_one_is_back():
    def check(folder):
        updated(folder, "0.2.0")
        deliver(folder, "0.3.0")
        slots_booted = [choose(folder).slot for _ in range(MOST_TRIES)]
        assert slots_booted == [SLOT_B] * MOST_TRIES
        choice = choose(folder)
        assert choice.slot == SLOT_A
        assert choice.notes == ["update taken back: not healthy in 3 tries"]
        assert "taken back: it did not become healthy" in selection(folder).told()
        assert choose(folder).slot == SLOT_A and choose(folder).notes == []

    on_box(check)


def scenario_the_old_one_does_not_inherit_the_bad_boots():
    """Else it would start in safe mode for what the update did."""

    def check(folder):
        deliver(folder, "0.2.0")
        for _ in range(SAFE_MODE_AFTER):
            Boots(SlotFile(folder, "boots")).begin()
        for _ in range(MOST_TRIES + 1):
            choose(folder)
        assert Boots(SlotFile(folder, "boots")).begin() is False

    on_box(check)


def scenario_an_update_damaged_between_check_and_boot_is_taken_back():
    def check(folder):
        updated(folder, "0.2.0")
        deliver(folder, "0.3.0")
        spoil(folder, SLOT_B)
        choice = choose(folder)
        assert choice.slot == SLOT_A
        assert "large.py is not as the manifest says" in choice.notes[0]

    on_box(check)


def scenario_an_update_whose_signature_was_changed_after_the_check_is_taken_back():
    def check(folder):
        deliver(folder, "0.2.0")
        forged = make_manifest("0.2.0", files("0.2.0"), bytes(32))
        write(folder_of(folder, SLOT_A) + "/manifest", forged)
        choice = choose(folder)
        assert choice.slot == BASE
        assert "not the manufacturer's" in choice.notes[0]

    on_box(check)


def scenario_where_the_confirmed_one_is_damaged_the_one_before_runs():
    def check(folder):
        for version in ("0.2.0", "0.3.0"):
            updated(folder, version)
        spoil(folder, SLOT_B)
        choice = choose(folder)
        assert choice.slot == SLOT_A and "slot b" in choice.notes[0]
        spoil(folder, SLOT_A)
        assert choose(folder).slot == BASE

    on_box(check)


def scenario_one_that_was_taken_back_is_no_way_out():
    def check(folder):
        updated(folder, "0.2.0")
        deliver(folder, "0.3.0")
        for _ in range(MOST_TRIES + 1):
            choose(folder)
        spoil(folder, SLOT_A)
        assert choose(folder).slot == BASE

    on_box(check)


def scenario_one_that_was_taken_back_may_be_sent_again():
    def check(folder):
        deliver(folder, "0.2.0")
        for _ in range(MOST_TRIES + 1):
            choose(folder)
        assert updated(folder, "0.2.0") == SLOT_A
        assert choose(folder).slot == SLOT_A
        assert selection(folder).bad == NONE

    on_box(check)


def scenario_a_newer_base_wins_over_an_older_application():
    """As after a new base was put on at the bench: 0.0.9 in the slot, 0.1.0 in the base."""

    def check(folder):
        updated(folder, "0.2.0")
        older = make_manifest("0.0.9", files("0.2.0"), SEED)
        write(folder_of(folder, SLOT_A) + "/manifest", older)
        choice = choose(folder)
        assert choice.slot == BASE and "base is newer" in choice.notes[0]

    on_box(check)


def scenario_a_record_of_nonsense_leads_to_the_base():
    def check(folder):
        for payload in (b"\x09\x09\x09\x09\x09", b"", b"\x01\x01\x00"):
            SlotFile(folder, "update").save(payload, 1)
            assert choose(folder).slot == BASE
            assert selection(folder).confirmed == BASE

    on_box(check)


def scenario_missing_key_and_missing_files_lead_to_the_base():
    with Power(formatted(), MODULES) as folder:
        SlotFile(folder, "update").save(bytes((SLOT_B, NONE, 0, NONE, 0)), 1)
        assert choose(folder).slot == BASE
        SlotFile(folder, "update").save(bytes((BASE, SLOT_A, 0, NONE, 0)), 1)
        choice = choose(folder)
        assert choice.slot == BASE and "no manufacturer's key" in choice.notes[0]
