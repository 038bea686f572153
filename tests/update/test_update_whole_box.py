"""A whole box is updated with a package of the real application, and takes bad ones back.

The package is this repository's firmware with another version number; what is broken in it is
broken by one changed line. The box runs in lockstep with a simulated meter, on both Pythons.
"""

import pytest
from app_rig import INTERPRETERS, Rig
from package import SEED, receiver, selection, trust

from phaseward.update.selection import BASE, MOST_TRIES, NONE, SLOT_A, SLOT_B
from phaseward.update.trial import HEALTHY_CYCLES, TRIAL_CYCLES
from phaseward_sim.loop.box_process import FIRMWARE
from phaseward_tools.signing import make_manifest, stream

SUFFIXES = {".py", ".json"}
BOOT_S = 5
COMMIT_S = HEALTHY_CYCLES + 10  # one cycle a second
RELAY = {"l1_kind": 1, "io_l1_act": 1}


@pytest.fixture(params=sorted(INTERPRETERS))
def interpreter(request, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # slots hold what their manifest names
    return request.param


def application(version, broken=()):
    """(path, contents) of the firmware's files; `broken`: (path, old text, new text)."""
    found = []
    for path in sorted((FIRMWARE / "phaseward").rglob("*")):
        if path.suffix in SUFFIXES:
            found.append((str(path.relative_to(FIRMWARE)), path.read_bytes()))
    changes = (("phaseward/__init__.py", '"0.1.0"', f'"{version}"'), *broken)
    for name, old, new in changes:
        text = dict(found)[name].decode()
        assert old in text
        found = [(p, text.replace(old, new).encode() if p == name else d) for p, d in found]
    return found


def send(rig, version, broken=()):
    """Delivers a package into the box's storage, and restarts the box into its trial."""
    files = application(version, broken)
    box = receiver(str(rig.folder))
    offset = box.begin(make_manifest(version, files, SEED))
    data = stream(files)
    while offset < box.total:
        offset = box.write(offset, data[offset : offset + 4096])
    box.finish()
    rig.ask("restart")
    rig.run(BOOT_S)


def chosen(rig):
    found = selection(str(rig.folder))
    return found.confirmed, found.trial, found.tries


def version(rig):
    return rig.ask("version")[0].split()[1]


def test_an_update_is_tried_committed_and_stays(tmp_path, interpreter):
    with Rig(tmp_path, interpreter, **RELAY) as rig:
        trust(str(tmp_path))
        rig.run(BOOT_S)
        assert version(rig) == "0.1.0"
        send(rig, "0.2.0")
        assert chosen(rig) == (BASE, SLOT_A, 1)
        assert version(rig) == "0.2.0"
        rig.run(COMMIT_S)
        assert chosen(rig) == (SLOT_A, NONE, 0)
        send(rig, "0.3.0")
        rig.run(COMMIT_S)
        assert chosen(rig) == (SLOT_B, NONE, 0)
        assert version(rig) == "0.3.0"
        assert rig.status()["voltage_mv"].split()[3] == "ok"


def test_a_power_cut_during_the_trial_is_a_try(tmp_path, interpreter):
    with Rig(tmp_path, interpreter, **RELAY) as rig:
        trust(str(tmp_path))
        rig.run(BOOT_S)
        send(rig, "0.2.0")
        for tries in range(2, MOST_TRIES + 1):
            rig.box.stop()
            rig.box.start(rig.t_s * 1_000_000)
            rig.run(BOOT_S)
            assert chosen(rig) == (BASE, SLOT_A, tries)
        rig.run(COMMIT_S)
        assert chosen(rig) == (SLOT_A, NONE, 0)


BROKEN = {
    "does not parse": ("phaseward/app/control.py", "class Control:", "class Control"),
    "raises at start": ("phaseward/core/box.py", "self.uptime_s: int = 0", "self.up = 1 // 0"),
    "control task fails": ("phaseward/app/control.py", "self.cycles += 1", "self.cycles += [1]"),
    "makes no progress": ("phaseward/app/control.py", "self.task.beat(now_ms)", "pass"),
}


@pytest.mark.parametrize("fault", sorted(BROKEN))
def test_a_failing_update_is_taken_back(tmp_path, interpreter, fault):
    """After three boots the version before runs, with its own boots in good order."""
    with Rig(tmp_path, interpreter, **RELAY) as rig:
        trust(str(tmp_path))
        rig.run(BOOT_S)
        send(rig, "0.2.0", (BROKEN[fault],))
        rig.run(120)
        assert chosen(rig) == (BASE, NONE, 0)
        assert version(rig) == "0.1.0"
        assert any("taken_back:_not_healthy_in_3_tries" in line for line in rig.lines)
        assert "mode" not in rig.status(), "the old version must not be in safe mode"
        assert len(rig.box.restarts) == MOST_TRIES + 1
        assert rig.world.levels["relay_l1"] in (0, 1)


def test_where_a_committed_application_fails_the_base_runs_until_the_next_restart(
    tmp_path, interpreter
):
    """It fails at its fourth boot, the second after its commit; at the one after it runs again."""
    fails_once = (
        "phaseward/app/application.py",
        "self.safe_mode = self.boots.begin()",
        "self.safe_mode = self.boots.begin(); 1 // (self.boots.count - 4)",
    )
    with Rig(tmp_path, interpreter, **RELAY) as rig:
        trust(str(tmp_path))
        rig.run(BOOT_S)
        send(rig, "0.2.0", (fails_once,))
        rig.run(COMMIT_S)
        versions = [version(rig)]
        for _ in range(3):
            rig.ask("restart")
            rig.run(BOOT_S)
            versions.append(version(rig))
        assert versions == ["0.2.0", "0.2.0", "0.1.0", "0.2.0"]
        assert any("slot_a_failed:_ZeroDivisionError" in line for line in rig.reported("note"))
        assert chosen(rig) == (SLOT_A, NONE, 0)


def test_an_update_that_runs_but_is_blind_is_taken_back(tmp_path):
    """It never finds a voltage usable: three times TRIAL_CYCLES cycles, then the old one."""
    blind = ("phaseward/core/sample.py", "return self.state[group] == OK", "return False")
    with Rig(tmp_path, "micropython", **RELAY) as rig:
        trust(str(tmp_path))
        rig.run(BOOT_S)
        send(rig, "0.2.0", (blind,))
        rig.run(MOST_TRIES * (TRIAL_CYCLES + 10))
        assert chosen(rig) == (BASE, NONE, 0)
        assert version(rig) == "0.1.0"
        assert rig.status()["voltage_mv"].split()[3] == "ok"


def test_a_meter_that_is_silent_for_a_while_does_not_cost_the_update(tmp_path):
    with Rig(tmp_path, "micropython", **RELAY) as rig:
        trust(str(tmp_path))
        rig.run(BOOT_S)
        rig.world.meter.faults.switch_on("silent")
        send(rig, "0.2.0")
        rig.run(COMMIT_S + 60)
        assert chosen(rig) == (BASE, SLOT_A, 1)
        rig.world.meter.faults.switch_off("silent")
        rig.run(COMMIT_S + 60)
        assert chosen(rig) == (SLOT_A, NONE, 0)
