"""Answers a tool's frames: each with exactly one reply, whatever the frame says.

A frame repeated within 5 s gets its former reply again and is not carried out twice: so a host
that missed a reply sends the same frame once more.
Failure behaviour: a refusal is {"code", "error"}; codes: frame, command, value, access, storage,
internal. Nothing raised in a request leaves this file.
"""

from ...platform.ticks import ticks_diff
from ..access.levels import AccessError
from ..error_text import text_of
from . import frames

RESEND_MS = 5000


class NoSuchRequest(Exception):
    """The first word of a frame names no request."""


class Tool:
    """`requests`: mapping name -> function(words: list) -> what JSON can express."""

    def __init__(self, requests, session, clock):
        self._requests = requests
        self._session = session
        self._clock = clock
        self._last = None
        self._last_reply = ""
        self._last_ms = 0

    def answer(self, text):
        """The reply to the frame `text`, as text without the line's end."""
        request = frames.decode(text)
        if request is None:
            return _refusal(frames.UNKNOWN, "frame", "damaged frame: send it again")
        now_ms = self._clock.ticks_ms()
        if text != self._last or ticks_diff(now_ms, self._last_ms) > RESEND_MS:
            self._last, self._last_ms = text, now_ms
            self._last_reply = self._carried_out(*request)
        return self._last_reply

    def tick(self):
        """Forgets an old reply. Allocates nothing."""
        if self._last is not None:
            if ticks_diff(self._clock.ticks_ms(), self._last_ms) > RESEND_MS:
                self._last, self._last_reply = None, ""

    def _carried_out(self, number, words):
        try:
            return frames.encode(number, True, self._run(words.split()))
        except NoSuchRequest as error:
            return _refusal(number, "command", str(error))
        except AccessError as error:
            return _refusal(number, "access", str(error))
        except ValueError as error:
            return _refusal(number, "value", str(error))
        except OSError as error:
            return _refusal(number, "storage", text_of(error))
        except Exception as error:  # a fault in a request must not take the box down
            return _refusal(number, "internal", "please report: %r" % error)

    def _run(self, words):
        function = self._requests.get(words[0]) if words else None
        if function is None:
            raise NoSuchRequest("no request %s" % (words[0] if words else "in the frame"))
        self._session.used()
        return function(words[1:])


def _refusal(number, code, text):
    return frames.encode(number, False, {"code": code, "error": text[:400]})
