"""Keys, challenge and response, lockout, sessions: on CPython and on MicroPython."""

from box_fakes import IDENTITY, MANUFACTURER, TECHNICIAN, Clock, answer, fresh_folder

from phaseward.app.access.gate import Gate, response, to_hex
from phaseward.app.access.hmac import hmac_sha256, same
from phaseward.app.access.keys import Keys
from phaseward.app.access.levels import MANUFACTURER as MANUFACTURER_LEVEL
from phaseward.app.access.levels import TECHNICIAN as TECHNICIAN_LEVEL
from phaseward.app.access.levels import AccessError
from phaseward.app.access.session import Session
from phaseward.store.slots import SlotFile

TICKS_PERIOD = 1 << 30


class Setup:
    def __init__(self, name, keys=True, now_ms=0):
        self.folder = fresh_folder(name)
        self.keys = Keys(SlotFile(self.folder, "keys"))
        self.keys.load()
        if keys:
            self.keys.store(TECHNICIAN, MANUFACTURER)
        self.clock = Clock(now_ms)
        self.noted = []
        self.gate = Gate(self.keys, IDENTITY, 7, self.clock, self.note, lambda n: bytes(n))
        self.session = Session("console", self.gate, self.clock)

    def note(self, kind, numbers, origin):
        self.noted.append((kind, numbers, origin))

    def pass_ms(self, ms):
        self.clock.now_ms = (self.clock.now_ms + ms) % TICKS_PERIOD
        self.session.tick()
        self.gate.tick()

    def login(self, level="technician"):
        self.session.login(answer(level, self.session.challenge(level)))


def refused(function, *arguments):
    """The text with which it is refused."""
    try:
        function(*arguments)
    except AccessError as error:
        return str(error)
    raise AssertionError("not refused")


def scenario_hmac_of_rfc_4231():
    """Test cases 1, 2 and 6 of RFC 4231."""
    cases = (
        (b"\x0b" * 20, b"Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    )  # fmt: skip
    for key, message, digest in cases:
        assert to_hex(hmac_sha256(key, message)) == digest


def scenario_comparison_sees_every_byte():
    one = bytes(range(16))
    assert same(one, bytes(range(16)))
    for i in range(16):
        other = bytearray(one)
        other[i] ^= 0x80
        assert not same(one, other)
    assert not same(one, one + b"\0") and not same(one, b"")


def scenario_without_keys_anybody_is_a_technician_and_nobody_a_manufacturer():
    setup = Setup("open", keys=False)
    assert setup.session.level() == TECHNICIAN_LEVEL
    assert setup.session.origin() == "console commissioning"
    assert "COMMISSIONING" in refused(setup.session.challenge, "manufacturer")


def scenario_each_key_opens_its_own_level():
    for level, number in (("technician", 1), ("manufacturer", 2)):
        setup = Setup("levels")
        assert setup.session.level() == 0
        setup.login(level)
        assert setup.session.level() == number
        assert setup.noted == [("login", (number,), "console")]


def scenario_the_technicians_key_does_not_open_the_manufacturers_level():
    setup = Setup("wrong_level")
    challenge = setup.session.challenge("manufacturer")
    for level in (TECHNICIAN_LEVEL, MANUFACTURER_LEVEL):
        stolen = response(TECHNICIAN, level, IDENTITY, challenge)
        assert refused(setup.gate.check, MANUFACTURER_LEVEL, challenge, stolen, "x")


def scenario_an_answer_of_another_box_is_wrong():
    setup = Setup("other_box")
    challenge = setup.session.challenge("technician")
    refused(setup.session.login, response(TECHNICIAN, 1, IDENTITY + 1, challenge))
    assert setup.session.level() == 0


def scenario_a_challenge_serves_once_and_for_two_minutes():
    setup = Setup("once")
    right = answer("technician", setup.session.challenge("technician"))
    setup.session.login(right)
    assert "no challenge" in refused(setup.session.login, right)
    right = answer("technician", setup.session.challenge("technician"))
    setup.pass_ms(120_001)
    assert "no challenge" in refused(setup.session.login, right)


def scenario_challenges_differ_even_without_random_numbers():
    """The setup's random numbers are all zero: counter and boot make the difference."""
    setup = Setup("differ")
    seen = {setup.session.challenge("technician") for _ in range(50)}
    next_boot = Gate(setup.keys, IDENTITY, 8, setup.clock, setup.note, lambda n: bytes(n))
    seen.update([next_boot.challenge(1) for _ in range(50)])
    assert len(seen) == 100


def scenario_wrong_answers_close_the_gate_for_longer_and_longer():
    """1, 2, 4 ... 256, 256 s; a right answer ends the row."""
    setup = Setup("lockout", now_ms=TICKS_PERIOD - 5000)
    for delay_s in (1, 2, 4, 8, 16, 32, 64, 128, 256, 256):
        setup.session.challenge("technician")
        assert "in %d s" % delay_s in refused(setup.session.login, "0" * 32)
        setup.pass_ms(1000 * delay_s - 1)
        assert "wait 1 s" in refused(setup.session.challenge, "technician")
        setup.pass_ms(1)
    setup.login()
    assert setup.session.level() == 1 and setup.gate.failures == 0
    setup.session.challenge("technician")
    assert "in 1 s" in refused(setup.session.login, "f" * 32)


def scenario_a_malformed_answer_spends_the_challenge_but_is_no_guess():
    setup = Setup("malformed")
    for text in ("", "0" * 31, "0" * 33, "G" * 32, "\xe9" * 32):
        setup.session.challenge("technician")
        assert "32 hex digits" in refused(setup.session.login, text)
    assert setup.gate.failures == 0


def scenario_an_idle_session_ends_after_a_quarter_of_an_hour():
    setup = Setup("idle", now_ms=TICKS_PERIOD - 600_000)
    setup.login()
    for _ in range(3):
        setup.pass_ms(899_000)
        assert setup.session.level() == 1
        setup.session.used()
    setup.pass_ms(900_001)
    assert setup.session.level() == 0


def scenario_keys_survive_a_restart_and_are_taken_back_by_a_reset():
    setup = Setup("kept")
    again = Keys(SlotFile(setup.folder, "keys"))
    again.load()
    assert again.of(1) == TECHNICIAN and again.of(2) == MANUFACTURER
    assert not again.commissioning
    again.erase()
    last = Keys(SlotFile(setup.folder, "keys"))
    last.load()
    assert last.commissioning and not last.locked


def scenario_a_damaged_record_of_keys_locks_the_box_instead_of_opening_it():
    setup = Setup("damaged")
    for end in (".a", ".b"):
        with open(setup.folder + "/keys" + end, "wb") as file:
            file.write(b"rubbish")
    keys = Keys(SlotFile(setup.folder, "keys"))
    keys.load()
    assert keys.locked and not keys.commissioning
    gate = Gate(keys, IDENTITY, 1, setup.clock, setup.note)
    assert gate.ground_level() == 0
    assert "LOCKED" in refused(gate.challenge, 1)


def scenario_keys_that_are_none_are_refused():
    setup = Setup("bad_keys", keys=False)
    good = MANUFACTURER
    for key in (b"", bytes(32), b"ab" * 16, TECHNICIAN[:31], good):
        refused(setup.keys.store, key, good)
    assert setup.keys.commissioning
