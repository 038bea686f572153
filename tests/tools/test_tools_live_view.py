"""The live view of a run: what it draws of a box, and that a run feeds it."""

from io import StringIO

from rich.console import Console
from tools.test_tools_jobs import SCENARIO

from phaseward_sim import engine, scenario
from phaseward_sim.engine.sight import BoxSight, Sight
from phaseward_sim.results.records import Decision
from phaseward_tools.live_view import MOST_BOXES, LiveView, drawn

CAR = Decision("b1", "car", 60, 60, 3700.0, "under", "voltage too low", 720.0, True, kind="ev")
STAGE = Decision("b1", "s1", 0, 0, 0.0, "run", "balances", blocked=False, kind="stage")
BOX = BoxSight("b1", (229.96, 206.4, 231.0), {"relay_l1": 1, "relay_l2": 0}, (CAR, STAGE),
               (-1500.0, 900.0, 640.0))


def text_of(what, width=100):
    console = Console(file=StringIO(), width=width)
    console.print(what)
    return console.file.getvalue()


def test_a_box_is_shown_with_voltages_outputs_limits_and_reasons():
    text = text_of(drawn(Sight(125, 3600, (BOX,)), "evening", "rp2040", 10.0))
    assert "virtual 0:02:05 of 1:00:00   wall 0:00:10   12.5 x real time" in text
    row = next(line for line in text.splitlines() if line.strip().startswith("b1"))
    assert row.split()[1:5] == ["230.0", "206.4", "231.0", "relay_l1"]
    assert "car 3.7 kW: voltage too low, until 0:12:00" in text
    assert "stage -1.5 +0.9 +0.6 kW: balances" in text
    assert "relay_l2" not in text  # off


def test_more_boxes_than_fit_are_counted():
    text = text_of(drawn(Sight(1, 10, (BOX,) * (MOST_BOXES + 3)), "many", "core", 0.0))
    assert text.count("relay_l1") == MOST_BOXES and "and 3 more boxes" in text


def test_a_run_is_drawn_as_it_goes_on_and_no_oftener_than_is_seen(tmp_path):
    """The host's clock stands still but for two moments, so there are three pictures."""
    times = iter([0.0] * 20 + [0.3] * 20)
    console = Console(file=StringIO(), width=120, force_terminal=True, color_system=None)
    pictures = []
    with LiveView("t1", "core", console, clock=lambda: next(times, 0.9)) as view:
        real = view._live.update
        view._live.update = lambda what, refresh: (pictures.append(text_of(what, 120)),
                                                   real(what, refresh=refresh))
        file = tmp_path / "two_houses.yaml"
        file.write_text(SCENARIO.format(duration_s=60, bus="far"))
        engine.run(scenario.load(file), "core", watch=view.watch)
    assert len(pictures) == 3
    times_shown = [text.split("virtual ")[1].split(" of")[0] for text in pictures]
    assert len(set(times_shown)) == 3 and times_shown == sorted(times_shown)
    assert "stage" in pictures[-1] and " kW: " in pictures[-1]
    assert "\x1b[" in console.file.getvalue()
