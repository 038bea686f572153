"""`provision`, `package`, `update` and `verify` at a live box on a pseudo-terminal."""

import json
import os
import shutil
import stat

import pytest
from realtime.live_box import LiveBoard
from tools.rig.benches import ROOT
from typer.testing import CliRunner

from phaseward_sim.results import firmware_hash
from phaseward_tools import exits, terminal
from phaseward_tools.cli import app
from phaseward_tools.link import Box, Client, SerialStream, device_key
from phaseward_tools.signing import public_key

SEED = bytes(range(7, 39))
SPEED = 20.0  # virtual seconds in a second


def invoke(*words):
    for made in (exits.errors_console, terminal.console, terminal.errors_console):
        made.cache_clear()
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, " ".join(done.output.split())


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch, tmp_path):
    monkeypatch.delenv("PHASEWARD_PORT", raising=False)
    monkeypatch.delenv("PHASEWARD_KEY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def live(tmp_path):
    with LiveBoard(tmp_path / "box", speed=SPEED) as board:
        yield board


@pytest.fixture
def sign_key(tmp_path):
    path = tmp_path / "sign.key"
    path.write_bytes(SEED)
    path.chmod(0o600)
    return path


def application(folder, version="0.2.0", more=""):
    """The real application with another version number."""
    source = ROOT / "firmware" / "phaseward"
    shutil.copytree(source, folder / "phaseward", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "phaseward" / "__init__.py").write_text(f'VERSION = "{version}"\n')
    if more:
        path = folder / "phaseward" / "app" / "application.py"
        path.write_text(path.read_text() + more)
    return folder


def test_provisioning_writes_the_keys_first_and_prints_none(live, tmp_path):
    keys = tmp_path / "keys" / "box.json"
    profile = tmp_path / "profile.txt"
    profile.write_text("bl_share_pm=50\nl1_max_w=7400\n")
    code, told = invoke("provision", "--port", live.port, "--keys", keys, "--profile", profile,
                        "--trust", public_key(SEED).hex())
    assert code == 0, told
    found = json.loads(keys.read_text())
    assert stat.S_IMODE(os.stat(keys).st_mode) == 0o600
    assert found["identity"] == 4711 and found["technician"] not in told
    code, told = invoke("params", "set", "bl_share_pm=60", "--port", live.port)
    assert code == 8, "the box is no longer open to everybody"
    code, told = invoke("params", "get", "bl_share_pm", "--port", live.port)
    assert code == 0 and "50" in told
    assert found["manufacturer"] in invoke("provision", "--port", live.port, "--keys", keys,
                                           "--show-keys")[1], "repeated, and asked for"
    assert (live.folder / "update.key").read_text() == public_key(SEED).hex()


def test_keys_derived_from_a_master_open_the_box(live, tmp_path):
    master, keys = tmp_path / "master", tmp_path / "box.json"
    master.write_bytes(b"m" * 40)
    assert invoke("provision", "--port", live.port, "--keys", keys, "--master", master)[0] == 0
    key = device_key(b"m" * 40, "technician", 4711)
    assert json.loads(keys.read_text())["technician"] == key.hex()
    words = ("params", "set", "bl_share_pm=60", "--port", live.port, "--key", key.hex())
    assert invoke(*words)[0] == 0


def test_what_cannot_be_provisioned_is_refused_before_the_box_is_touched(live, tmp_path):
    for words, code, says in (
        (["--trust", "abc"], 3, "64 hex digits"),
        (["--master", tmp_path / "none"], 3, "cannot be read"),
        (["--profile", tmp_path / "none"], 3, "cannot be read"),
    ):
        keys = tmp_path / f"{says}.json"
        found, told = invoke("provision", "--port", live.port, "--keys", keys, *words)
        assert (found, says in told) == (code, True), told
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"identity": 1, "technician": "ab" * 32,
                                 "manufacturer": "cd" * 32}))
    code, told = invoke("provision", "--port", live.port, "--keys", other)
    assert code == 3 and "holds the keys of box 1, this is box 4711" in told
    assert invoke("params", "set", "bl_share_pm=60", "--port", live.port)[0] == 0, "still open"


def test_verify_shows_hashes_and_says_what_differs(live, tmp_path):
    code, told = invoke("verify", "--port", live.port)
    assert code == 0 and "runs from files" in told and "application in base" in told
    found = json.loads(CliRunner().invoke(app, ["verify", "--port", live.port, "--json"]).output)
    digest = next(check["found"] for check in found if check["what"] == "parameters")
    assert invoke("verify", "--port", live.port, "--parameters", digest)[0] == 0
    profile = tmp_path / "profile.txt"
    profile.write_text("bl_share_pm=50\n")
    code, told = invoke("verify", "--port", live.port, "--profile", profile)
    assert code == 1 and "bl_share_pm is 83, not 50" in told
    image = tmp_path / "firmware.bin"
    image.write_bytes(bytes(70000))
    code, told = invoke("verify", "--port", live.port, "--image", image)
    assert code == 1 and "runs from files" in told


def test_a_package_is_the_same_bytes_each_time_and_refused_when_damaged(tmp_path, sign_key):
    folder = application(tmp_path / "new")
    out = tmp_path / "a.zip", tmp_path / "b.zip"
    for path in out:
        code, told = invoke("package", folder, "--version", "0.2.0", "--sign-key", sign_key,
                            "--out", path)
        assert code == 0 and public_key(SEED).hex() in told
    assert out[0].read_bytes() == out[1].read_bytes()
    out[0].write_bytes(out[0].read_bytes()[:2000])
    code, told = invoke("update", out[0], "--port", "/dev/null")
    assert code == 3 and "is no package" in told
    sign_key.chmod(0o644)
    code, told = invoke("package", folder, "--version", "0.2.0", "--sign-key", sign_key)
    assert code == 3 and "others can read this secret key" in told


@pytest.mark.slow
def test_an_update_is_interrupted_goes_on_and_is_committed(live, tmp_path, sign_key, monkeypatch):
    invoke("provision", "--port", live.port, "--keys", tmp_path / "k.json", "--trust",
           public_key(SEED).hex())
    package = tmp_path / "new.zip"
    invoke("package", application(tmp_path / "new"), "--version", "0.2.0", "--sign-key", sign_key,
           "--out", package)
    words = ("update", package, "--port", live.port, "--key", tmp_path / "k.json")
    from phaseward_tools.link import updating

    real, parts = updating._text, iter(range(10**6))

    def pulled(data):
        if next(parts) == 300:
            raise KeyboardInterrupt
        return real(data)

    monkeypatch.setattr(updating, "_text", pulled)
    assert invoke(*words)[0] == 130
    code, told = invoke(*words)
    assert code == 0, told
    assert "going on at byte" in told and "committed after healthy control cycles" in told
    stream = SerialStream(live.port)
    assert Box(Client(stream)).identity["firmware"] == "0.2.0"
    stream.close()


@pytest.mark.slow
def test_an_application_that_fails_is_taken_back_and_that_is_an_error(live, tmp_path, sign_key):
    invoke("provision", "--port", live.port, "--keys", tmp_path / "k.json", "--trust",
           public_key(SEED).hex())
    package = tmp_path / "bad.zip"
    folder = application(tmp_path / "bad", more="\nraise ValueError('of the test')\n")
    invoke("package", folder, "--version", "0.2.0", "--sign-key", sign_key, "--out", package)
    code, told = invoke("update", package, "--port", live.port, "--key", tmp_path / "k.json")
    assert code == 6 and "the box went back: application in base" in told, told


def test_verify_knows_the_sources_of_an_image(monkeypatch):
    from phaseward_tools.flashing import verifying

    found = {"firmware": "0.1.0", "sources": firmware_hash()}
    assert verifying._sources(found, True).good is True
    assert verifying._sources(found | {"sources": "0" * 12}, True).good is False


def test_the_longest_part_of_an_update_fits_into_a_frame():
    from phaseward_tools.link import frames, updating

    words = f"update_manifest 99999999 {updating._text(bytes(updating.PART))}"
    assert len(frames.request(1, words)) <= frames.LONGEST_REQUEST + 1  # its line end
