"""The technician's screen at 80 by 24 characters, by Textual's pilot, and its JSON lines."""

import asyncio
import json

import pytest
from field.conftest import MANUFACTURER, TECHNICIAN
from field.test_failures import IDENTITY, Other, box_like
from realtime.live_box import LiveBoard
from realtime.test_realtime import connect

from phaseward_sim.realtime import PseudoTerminal
from phaseward_tools.field.connecting import Way, connected
from phaseward_tools.field.monitor import lines

textual = pytest.importorskip("textual", reason="extra `field`")

BANDS = {"sy_un_mv": 230_000, "pq_lo_mv": 213_900, "pq_hi_mv": 246_100, "bl_crit_mv": 207_000}


def shown(app):
    """The text of the whole screen."""
    return "\n".join("".join(segment.text for segment in strip)
                     for strip in app.screen._compositor.render_strips())


async def until(pilot, app, what):
    """Waits until `what(text)`; the number of looks only bounds a hanging test."""
    for _ in range(300):
        await pilot.pause(0.1)
        text = shown(app)
        if what(text):
            return text
    raise AssertionError(f"not seen:\n{text}")


_KEYS = {"_": "underscore", "=": "equals_sign", " ": "space"}


async def tune(pilot, *words):
    await pilot.press("t")
    await pilot.press(*[_KEYS.get(c, c) for c in " ".join(words)], "enter")


def played(port, play, key=None):
    from phaseward_tools.field.monitor.screen import Monitor

    async def run():
        app = Monitor(Way(port, key), interval_s=0.2)
        async with app.run_test(size=(80, 24)) as pilot:
            await play(app, pilot)

    asyncio.run(run())


def test_all_is_there_at_80_by_24(live):
    async def play(app, pilot):
        # The parts of the screen are asked for one after the other.
        text = await until(pilot, app, lambda text: all(
            part in text for part in ("serial/1", "blocked", "\N{BLACK CIRCLE}")))
        rows = text.split("\n")
        assert len(rows) == 24 and max(map(len, rows)) == 80
        for word in ("box 4711", "commissioning", "L1", "V", "band 213.9 to 246.1 V", "1 dim",
                     "quantile", "blocked", "unlimited", "Transfer", "off",
                     "events/min", "unbalance", "timeout 0", "Alarms", "Undo"):
            assert word in text, f"{word}:\n{text}"
        assert "\N{BLACK CIRCLE}" in text

    played(live.port, play)


@pytest.mark.slow
def test_a_value_is_tried_taken_back_kept_and_taken_back_again(live, at):
    async def play(app, pilot):
        await until(pilot, app, lambda text: "serial/1" in text)
        await tune(pilot, "bl_share_pm=90")
        await until(pilot, app, lambda text: "on trial for 10 min: bl_share_pm 90" in text)
        await until(pilot, app, lambda text: "more: bl_share_pm" in text)
        await pilot.press("u")
        await until(pilot, app, lambda text: "back: bl_share_pm 83" in text)
        await tune(pilot, "bl_share_pm=91")
        await until(pilot, app, lambda text: "on trial for 10 min: bl_share_pm 91" in text)
        await pilot.press("k")
        await until(pilot, app, lambda text: "kept until the next restart" in text)
        await until(pilot, app, lambda text: "1 values are not saved" in text)
        await pilot.press("u")
        await until(pilot, app, lambda text: "back: bl_share_pm 83" in text)
        await pilot.press("u")
        await until(pilot, app, lambda text: "nothing to take back" in text)
        await tune(pilot, "bl_share_pm=5")
        await until(pilot, app, lambda text: "expected 10 to 300 permille" in text)

    played(live.port, play)
    found = json.loads(at("params", "get", "bl_share", "--json").stdout)[0]
    assert (found["value"], found["saved"]) == (83, True)


def test_a_lost_connection_is_told(live):
    async def play(app, pilot):
        await until(pilot, app, lambda text: "there is no such port" in text and "again" in text)

    played("/dev/ttyNONE", play)


def words_of(text):
    """The screen's words, wherever a line ended."""
    return " ".join(text.split())


@pytest.mark.parametrize(("talk", "unasked", "says"), [
    (lambda line: b"", b"$GPGGA,1234*47\r\n", "something else is heard"),
    (lambda line: b"", b"", "nothing answers: is it the right port, and is the box on?"),
    (box_like(**{**IDENTITY, "protocol": 2}), b"", "install newer tools"),
    (box_like(**IDENTITY), b"", "is older than these tools"),
])
def test_what_is_no_box_of_ours_is_told(monkeypatch, talk, unasked, says):
    monkeypatch.setattr("phaseward_tools.link.client.TRY_S", 0.1)

    async def play(app, pilot):
        await until(pilot, app, lambda text: says in words_of(text))
        await until(pilot, app, lambda text: "Trying again" in words_of(text))

    with Other(talk, unasked) as other:
        played(other.port, play)


def test_a_port_that_another_program_has_is_told(live):
    async def play(app, pilot):
        await until(pilot, app, lambda text: "another program has it open" in words_of(text))

    with connected(Way(live.port)):
        played(live.port, play)


def test_a_wrong_key_is_told_and_nothing_was_changed(tmp_path):
    async def play(app, pilot):
        await until(pilot, app, lambda text: "nothing was changed. Is it the key of box 4711, "
                    "level technician?" in words_of(text))

    with LiveBoard(tmp_path) as board:
        box = connect(board.port)
        box.provision(bytes.fromhex(TECHNICIAN), bytes.fromhex(MANUFACTURER))
        box.client._stream.close()
        played(board.port, play, key="ee" * 32)


def test_unplugged_under_way_it_says_so_and_what_was_on_trial_goes_back(tmp_path):
    board = LiveBoard(tmp_path)

    async def play(app, pilot):
        await until(pilot, app, lambda text: "serial/1" in text)
        await tune(pilot, "bl_share_pm=90")
        await until(pilot, app, lambda text: "on trial for 10 min" in text)
        board.off()
        board.console.close()
        await until(pilot, app, lambda text: "no such port" in words_of(text)
                    or "unplugged" in words_of(text))
        board.console = PseudoTerminal()  # for the end of the block

    with board:
        played(board.port, play)
    with LiveBoard(tmp_path) as again:
        assert connect(again.port).get("bl_share_pm") == {"bl_share_pm": 83}


def test_garbage_on_the_line_is_passed_over(live):
    async def play(app, pilot):
        await until(pilot, app, lambda text: "serial/1" in text)
        for _ in range(5):
            live.console.write(b"<+\xff\x00 *\n<abcd +{}*0000\n")
            await pilot.pause(0.2)
        await tune(pilot, "bl_share_pm=90")
        await until(pilot, app, lambda text: "on trial for 10 min: bl_share_pm 90" in text)
        await pilot.press("u")
        await until(pilot, app, lambda text: "back: bl_share_pm 83" in text)

    played(live.port, play)


def test_json_lines_for_scripts(live, at):
    done = at("monitor", "--json", "--count", "2", "--interval", "0.2")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["status"]["voltage"] == "ok" and len(first["status"]["u_ln_mv"]) == 3
    assert {"identity", "bands", "reasons", "loads", "quality", "bus", "at"} <= set(second)
    assert second["loads"][0]["kind"] == "dim" and second["at"] > first["at"]


def test_a_value_stands_where_it_belongs_on_the_scale():
    """41 columns for nominal -13 % to +13 %: 230 V in the middle, 246.1 V 0.54 of the way right:
    (0.07 + 0.13) / 0.26 * 40 = 30.8."""
    text = lines.scale(230_000, 213_900, BANDS, "green").plain
    assert len(text) == 41 and text[20] == "\N{BLACK CIRCLE}"
    assert text[31] == "\N{BOX DRAWINGS LIGHT VERTICAL AND HORIZONTAL}"
    assert text[9] == "q", "the own quantile hides the limit: 0.06 / 0.26 * 40 = 9.2"
    assert lines.scale(300_000, None, BANDS, "red").plain[40] == "\N{BLACK CIRCLE}"
    assert "\N{BLACK CIRCLE}" not in lines.scale(None, None, BANDS, "red").plain
