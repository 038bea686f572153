"""Whatever lies on flash or comes over the wire: a clear refusal or the truth, never a fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from package import SEED, files, manifest

from phaseward.store import entry, slots
from phaseward.store.slots import SlotFile
from phaseward.update.manifest import Manifest, UpdateError, signed_manifest
from phaseward.update.selection import BASE, Selection
from phaseward_tools.signing import make_manifest, public_key

KEY = public_key(SEED)
GOOD = manifest("0.2.0")
WORDS = [b"\n", b" ", b"file ", b"version ", b"../", b"\xff"]
PIECE = st.binary(max_size=6) | st.sampled_from(WORDS)


@given(st.integers(0, len(GOOD)), st.integers(0, 12), PIECE)
def test_a_changed_manifest_is_refused_by_its_signature(at, cut, piece):
    changed = GOOD[:at] + piece + GOOD[at + cut :]
    if changed.rstrip(b"\n") == GOOD.rstrip(b"\n"):
        return
    with pytest.raises(UpdateError, match="manifest|interface"):
        signed_manifest(changed, KEY)


@given(st.integers(0, len(GOOD)), st.integers(0, 12), PIECE)
def test_an_unsigned_look_at_any_manifest_ends_in_a_manifest_or_a_refusal(at, cut, piece):
    """As at each boot, where the flash may have decayed."""
    try:
        found = Manifest(GOOD[:at] + piece + GOOD[at + cut :])
    except UpdateError:
        return
    assert all(path.startswith("phaseward/") and ".." not in path for path, _, _ in found.files)
    assert found.total >= 0 and len(found.version) == 3


@given(st.text(max_size=90))
def test_no_path_leads_out_of_the_slot(path):
    """Accepted are paths of small letters, digits, `_`, `.` and `/` below phaseward/ alone."""
    data = make_manifest("0.2.0", [("phaseward/a.py", b"")], bytes(32))
    data = data.replace(b"phaseward/a.py", path.encode(errors="replace"))
    try:
        found = Manifest(data).files[0][0]
    except UpdateError:
        return
    assert found.startswith("phaseward/") and ".." not in found and "\\" not in found


@given(st.binary(max_size=60))
def test_any_bytes_are_a_record_or_none(data):
    found = slots.unpack(data)
    assert found is None or slots.pack(*found) == data


@given(st.binary(max_size=80))
def test_no_bytes_pass_for_a_log_entry(line):
    """Only a line whose CRC-32 is right; of random ones that is one in four thousand million."""
    assert not entry.valid(line)


@given(st.binary(max_size=8), st.integers(0, 3))
def test_any_selection_record_is_read_as_something_bootable(tmp_path_factory, payload, schema):
    folder = str(tmp_path_factory.mktemp("selection"))
    SlotFile(folder, "update").save(payload, schema)
    found = Selection(SlotFile(folder, "update"))
    assert found.confirmed in (BASE, 1, 2) and found.free in (1, 2)
    assert found.free != found.confirmed
    assert found.told()


def test_the_good_manifest_is_taken():
    found = signed_manifest(GOOD, KEY).files
    assert [path for path, _, _ in found] == [path for path, _ in files("0.2.0")]
