"""The two-slot record: a power cut at any byte of a save leaves one complete copy."""

import os

import pytest

from phaseward.store.slots import SlotFile, pack, unpack


def saved(folder, *payloads):
    record = SlotFile(str(folder), "p")
    for payload in payloads:
        record.save(payload, 1)
    return record


def test_load_returns_the_last_saved_payload(tmp_path):
    saved(tmp_path, b"first", b"second", b"third")
    fresh = SlotFile(str(tmp_path), "p")
    assert fresh.load() == b"third"
    assert fresh.damaged is False


def test_nothing_stored_loads_nothing(tmp_path):
    assert SlotFile(str(tmp_path), "p").load() is None


def test_saving_after_a_restart_keeps_the_newest_slot_until_the_new_one_is_whole(tmp_path):
    saved(tmp_path, b"first", b"second")
    again = SlotFile(str(tmp_path), "p")
    again.load()
    again.save(b"third", 1)
    assert sorted(unpack(p.read_bytes())[2] for p in tmp_path.iterdir()) == [b"second", b"third"]


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_damage_at_every_byte_of_the_newest_falls_back_to_the_older(tmp_path, damage):
    saved(tmp_path, b"older", b"newest")
    path = tmp_path / "p.b"
    whole = path.read_bytes()
    for at in range(len(whole)):
        changed = whole[:at] if damage == "cut" else flipped(whole, at)
        path.write_bytes(changed)
        record = SlotFile(str(tmp_path), "p")
        assert record.load() == b"older"
        assert record.damaged is True


def flipped(data, at):
    return data[:at] + bytes((data[at] ^ 0x10,)) + data[at + 1 :]


def test_power_cut_before_and_after_each_storage_operation(tmp_path, monkeypatch):
    """A save is: write the new file, rename it. Cut before, within and after each."""
    saved(tmp_path, b"one", b"two")
    record = SlotFile(str(tmp_path), "p")
    record.load()

    def no_rename(source, target):
        raise OSError("power cut")

    monkeypatch.setattr(os, "rename", no_rename)
    with pytest.raises(OSError):
        record.save(b"three", 1)
    assert SlotFile(str(tmp_path), "p").load() == b"two"
    monkeypatch.undo()
    record.save(b"three", 1)
    assert SlotFile(str(tmp_path), "p").load() == b"three"


def test_record_bytes_are_as_documented():
    """Magic PW, schema 2, counter 7, length 1, CRC-32, payload."""
    data = pack(2, 7, b"x")
    assert data[:10] == b"PW" + b"\x02\x00" + b"\x07\x00\x00\x00" + b"\x01\x00"
    assert data[14:] == b"x"
    assert unpack(data) == (2, 7, b"x")


def test_an_oversized_record_is_refused():
    with pytest.raises(ValueError, match="65535"):
        pack(1, 1, bytes(65536))
