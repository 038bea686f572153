"""The pause after an answer, on a port that times it itself. Runs on CPython and on MicroPython.

Every function named `scenario_...` is one case. 9600 baud with 11 bits a character.
"""

from bus_fakes import Clock, Port, Wait, expect, sealed
from bus_scenarios_rtu import GOOD, TWO, answers, ask

from phaseward.bus import status
from phaseward.bus.rtu import Master


class Timing(Port):
    """A port that times the pause itself: `rested` for the 5 ms after which it rang."""

    rested = False

    def expect(self, n, pause_ms):
        self.asked = n, pause_ms
        self.rested = False


def timing_bench(answer):
    clock, wait = Clock(), Wait()
    port = Timing(clock, answer)
    master = Master(port, clock, wait)
    master.set_line(9600)
    return master, clock, port, wait


def scenario_a_port_that_times_the_pause_is_not_waited_for_any_longer():
    # 9600 Bd with 11 bits: 3.5 characters are 4.01 ms, and one more for the tick: 6 ms.
    line = master, clock, port, _ = timing_bench(lambda request: [(20, GOOD)])
    expect(ask(line), status.OK)
    expect(port.asked, (9, 6))
    answered_ms, port.rested = clock.now_ms, True
    expect(ask(line), status.OK)
    expect(port.sent[1][0], answered_ms)


def scenario_a_pause_that_was_timed_before_noise_does_not_count():
    line = master, clock, port, _ = timing_bench(lambda request: [(20, GOOD)])
    ask(line)
    answered_ms, port.rested = clock.now_ms, True
    port.bring(answered_ms, b"\x00")
    ask(line)
    expect(port.sent[1][0], answered_ms + 6)


def scenario_after_an_answer_that_did_not_come_the_line_is_waited_for():
    # Sent at 6 ms, given up on at 6 + 10 + 300 + 11 = 327 ms; the noise at 323 is 6 ms to rest.
    line = master, clock, port, _ = timing_bench(answers([], [(20, sealed(1, 3, 4, TWO))]))
    port.bring(323, b"\x00")
    ask(line)
    port.rested = True
    expect(clock.now_ms, 327)
    expect(ask(line, function=3), status.OK)
    expect(port.sent[1][0], 329)
