"""A tool's requests that bring an update; all need the technician's level, and the package the
manufacturer's signature.

    update                            state: busy, expected, total, ready, error, told
    update_manifest OFFSET BASE64     a part of the manifest; offset 0 begins anew
    update_begin                      checks the manifest; then, when not busy, `expected`
    update_data OFFSET BASE64         a chunk; taken where `expected` of the answer has moved
    trust KEY                         the key whose signatures count, 64 hex digits
    update_finish                     checks all; `ready`: the next restart tries the application
"""

from binascii import a2b_base64

from ...update.places import put_public_key
from ..access.levels import MANUFACTURER, TECHNICIAN
from ..updating import Updating
from .words import integer, nothing_after

_MOST = 99_999_999


class UpdateRequests:
    def __init__(self, service, session):
        self._app = service.app
        self._session = session
        self._service = service
        self._update = Updating(service.app)

    def table(self):
        return {
            "update": self.update,
            "update_manifest": self.manifest,
            "update_begin": self.begin,
            "update_data": self.data,
            "update_finish": self.finish,
            "trust": self.trust,
        }

    def update(self, words):
        nothing_after(words, 0)
        update = self._update
        return {
            "busy": int(update.busy),
            "expected": update.expected,
            "total": update.total,
            "ready": int(update.ready),
            "error": update.error,
            "told": self._app.selection.told(),
        }

    def manifest(self, words):
        offset, data = self._part(words)
        return {"received": self._update.take_manifest(offset, data)}

    def begin(self, words):
        nothing_after(words, 0)
        self._allowed()
        self._update.begin()
        self._service.note("update_begin", (), self._session.origin())
        return self.update(())

    def data(self, words):
        offset, data = self._part(words)
        return {"expected": self._update.take(offset, data), "busy": int(self._update.busy)}

    def finish(self, words):
        nothing_after(words, 0)
        self._allowed()
        self._update.finish()
        self._service.note("update_finish", (), self._session.origin())
        return self.update(())

    def trust(self, words):
        """Like new keys: in commissioning, or as the manufacturer."""
        nothing_after(words, 1)
        if not self._service.keys.commissioning:
            self._session.require(MANUFACTURER, "the key of updates")
        put_public_key(self._app.platform.storage_path, words[0] if words else "")
        self._service.note("trust", (), self._session.origin())
        return {}

    def _part(self, words):
        """(offset, bytes) of `OFFSET BASE64`."""
        self._allowed()
        offset = integer(words, 0, 0, _MOST)
        nothing_after(words, 2)
        if len(words) < 2:
            raise ValueError("expected OFFSET BASE64")
        return offset, a2b_base64(words[1])

    def _allowed(self):
        self._session.require(TECHNICIAN, "an update")
