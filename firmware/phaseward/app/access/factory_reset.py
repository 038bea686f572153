"""Factory reset by hand: the input `factory_reset` held for 10 s, from within 5 s of power-up.

Only somebody at the open box can do that, and only together with a power cycle. Later presses do
nothing, so a stuck button does not keep a running box from its work.
"""

from ...platform.ticks import ticks_diff

WINDOW_MS = 5000
HOLD_MS = 10_000


class FactoryReset:
    """`due()` is asked about once a second and returns True once, when the reset is wanted.

    pin : offers `read()`, 1 = pressed; None on a board without such a button: it has no reset
    """

    def __init__(self, pin, clock):
        self._pin = pin
        self._clock = clock
        self._started_ms = clock.ticks_ms()
        self._over = pin is None
        self._pressed = False
        self._pressed_ms = 0

    def due(self):
        if self._over:
            return False
        now_ms = self._clock.ticks_ms()
        if not self._pin.read():
            self._over = self._pressed or ticks_diff(now_ms, self._started_ms) > WINDOW_MS
            return False
        if not self._pressed:
            self._pressed, self._pressed_ms = True, now_ms
            self._over = ticks_diff(now_ms, self._started_ms) > WINDOW_MS
            return False
        self._over = ticks_diff(now_ms, self._pressed_ms) >= HOLD_MS
        return self._over
