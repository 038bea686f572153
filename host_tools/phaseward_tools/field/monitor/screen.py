"""The monitor as a Textual application. A thread of its own talks to the box; what it has seen is
handed to the screen, what is typed is handed to it.

Where the connection is lost the screen says so and tries again; what was on trial goes back in the
box by itself.
"""

import queue
import time
from collections.abc import Callable

from rich.text import Text
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Footer, Input, Static

from phaseward_tools.field.completion import setting_of
from phaseward_tools.field.connecting import Way, connected
from phaseward_tools.field.monitor import lines
from phaseward_tools.field.monitor.tuning import Tuner
from phaseward_tools.field.monitor.watch import Watch
from phaseward_tools.link import AccessRefused, LinkError, Refused

_AGAIN_S = 2.0
_PANELS = {"voltages": lines.voltages, "loads": lines.loads, "transfer": lines.transfer,
           "quality": lines.quality, "bus": lines.bus, "alarms": lines.alarms}
_TITLES = {"voltages": "Voltages", "loads": "Limits", "transfer": "Transfer",
           "quality": "Quality", "bus": "Bus", "alarms": "Alarms"}


def _sentence(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}."


class _Completing(Suggester):
    """Offers parameters' ids while one is typed."""

    async def get_suggestion(self, value: str) -> str | None:
        *before, word = value.split(" ")
        found = setting_of(word) if word else []
        return " ".join([*before, found[0][0]]) if found else None


class Monitor(App):
    """way: how to reach the box. interval_s: between two looks at it."""

    CSS = """
    Screen { background: $background; }
    #head { height: 1; padding: 0 1; text-style: bold; }
    #panels { height: 1fr; overflow-y: auto; scrollbar-size-vertical: 1; }
    .panel { height: auto; padding: 0 1; border-top: solid $primary-darken-1;
             border-title-color: $accent; }
    #told { height: auto; max-height: 4; padding: 0 1; color: $warning; }
    #typed { height: 1; border: none; padding: 0 1; display: none; }
    #typed.open { display: block; }
    """
    BINDINGS = [("t", "tune", "Tune"), ("k", "keep", "Keep"), ("u", "undo", "Undo"),
                ("s", "save", "Save"), ("q", "leave", "Quit"), ("escape", "cancel", "")]
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None  # else the first key would be typed into the hidden input

    def __init__(self, way: Way, interval_s: float = 1.0):
        super().__init__()
        self._way, self._interval_s = way, interval_s
        self._wishes: queue.Queue[Callable[[Tuner], str] | None] = queue.Queue()
        self._going = True

    def compose(self) -> ComposeResult:
        yield Static("connecting ...", id="head")
        with Vertical(id="panels"):
            for name, title in _TITLES.items():
                panel = Static("", id=name, classes="panel")
                panel.border_title = title
                yield panel
        yield Static("", id="told")
        yield Input(placeholder="ID=VALUE ..., tried for 10 minutes; Enter, or Escape", id="typed",
                    suggester=_Completing(use_cache=False))
        yield Footer()

    def on_mount(self) -> None:
        self.run_worker(self._talk, thread=True, name="box")

    def on_unmount(self) -> None:
        self._going = False
        self._wishes.put(None)

    # --- keys -------------------------------------------------------------------------------

    def action_tune(self) -> None:
        typed = self.query_one("#typed", Input)
        typed.add_class("open")
        typed.focus()

    def action_cancel(self) -> None:
        typed = self.query_one("#typed", Input)
        typed.value = ""
        typed.remove_class("open")
        self.set_focus(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value
        self.action_cancel()
        if text.strip():
            self._wishes.put(lambda tuner: tuner.try_out(text))

    def action_keep(self) -> None:
        self._wishes.put(Tuner.keep)

    def action_undo(self) -> None:
        self._wishes.put(Tuner.undo)

    def action_save(self) -> None:
        self._wishes.put(Tuner.save)

    def action_leave(self) -> None:
        self._going = False
        self._wishes.put(None)
        self.exit()

    # --- the thread that talks to the box ------------------------------------------------------

    def _talk(self) -> None:
        while self._going:
            try:
                with connected(self._way) as box:
                    self._follow(box)
            except (LinkError, ValueError) as error:
                self._tell(f"{_sentence(str(error))} Trying again.")
                time.sleep(_AGAIN_S if self._going else 0)

    def _follow(self, box) -> None:
        watch, tuner = Watch(box), Tuner(box)
        self._show(watch.seen)
        self._tell("")
        while self._going:
            try:
                wish = self._wishes.get(timeout=self._interval_s)
            except queue.Empty:
                self._show(watch.step())
                continue
            if wish is not None:
                self._fulfil(wish, tuner)
                self._show(watch.read_all())

    def _fulfil(self, wish, tuner: Tuner) -> None:
        try:
            self._tell(wish(tuner))
        except (Refused, AccessRefused, ValueError) as error:
            hint = "; start with --key" if isinstance(error, AccessRefused) else ""
            self._tell(f"{error}{hint}")

    def _show(self, seen: dict) -> None:
        texts = {name: make(seen) for name, make in _PANELS.items()}
        self._hand_over(self._draw, lines.head(seen), texts)

    def _tell(self, text: str) -> None:
        self._hand_over(lambda: self.query_one("#told", Static).update(Text(text)))

    def _hand_over(self, call, *arguments) -> None:
        if self._going:
            self.call_from_thread(call, *arguments)

    def _draw(self, head: Text, texts: dict[str, Text]) -> None:
        self.query_one("#head", Static).update(head)
        for name, text in texts.items():
            self.query_one(f"#{name}", Static).update(text)
