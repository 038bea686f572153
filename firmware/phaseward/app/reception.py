"""What stands at the serial port: hands over to the service, which is made with the first line.

A box that nobody talks to has the heap for other things. Only the button for the factory reset is
watched from the start. `tick()` is called by the console's task about once a second; in the steady
state it allocates nothing.
"""

from ..bus import status
from .access.factory_reset import FactoryReset

FACTORY_RESET_INPUT = "factory_reset"


class Reception:
    """What `Console` asks for its commands and its service. `app`: the application."""

    def __init__(self, app):
        self.clock = app.clock
        self._app = app
        self._made = None
        self._reset = FactoryReset(_button(app.platform), app.clock)
        if app.update_trial.active:  # what is broken in an update shows while it is on trial
            self.service.make_all()

    @property
    def service(self):
        if self._made is None:
            from .service import Service

            self._made = Service(self._app)
        return self._made

    def get(self, name):
        """A person's command of that name, or None."""
        return self.service.get(name)

    def frame(self, text):
        """The reply to a tool's frame."""
        return self.service.frame(text)

    def batch_line(self, line):
        """A person's line where it belongs to a batch, answered; else None."""
        return self.service.batch_line(line)

    def bus_busy(self):
        """Whether a request is under way on the bus."""
        return self._app.master.status == status.BUSY

    def tick(self):
        if self._made is not None:
            self._made.tick()
        if self._reset.due():
            self.service.factory_reset()


def _button(platform):
    """The input for the factory reset; None where the board has none."""
    try:
        return platform.input(FACTORY_RESET_INPUT)
    except ValueError:
        return None
