"""A box as a host sees it: one method per request, pages joined, batches all or nothing."""

from functools import cached_property

from .client import Client
from .course import Means, means_of
from .errors import AccessRefused, Refused
from .keys import response
from .parameters import Parameter, from_rows

_BATCH_CHARS = 400  # words of one frame, well below what a box takes


class Box:
    """The box at the other end of a client.

    tables : keeps tables of parameters by their hash: `find(hash, count)`, `keep(hash, columns,
        rows)`; None asks the box each time
    """

    def __init__(self, client: Client, tables=None):
        self.client = client
        self._tables = tables

    @cached_property
    def identity(self) -> dict:
        """Firmware, board, identity, schema hash. Asked once."""
        return self.client.request("identify")

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The box's own table by id. Asked once; same schema hash, same table."""
        found = self.identity
        kept = self._tables and self._tables.find(found["schema"], found["parameters"])
        if kept:
            return from_rows(*kept)
        rows = self._pages("schema", "rows")
        if self._tables:
            self._tables.keep(found["schema"], found["columns"], rows)
        return from_rows(found["columns"], rows)

    def values(self) -> dict[str, int | str]:
        """All values in force by id."""
        return dict(zip(self.parameters, self._pages("values", "values"), strict=True))

    def saved(self) -> dict[str, int | str]:
        """All stored values by id."""
        return dict(zip(self.parameters, self._pages("values", "saved"), strict=True))

    def get(self, *ids: str) -> dict:
        """Values in force, of any number of parameters."""
        found = {}
        for part in _parts(list(ids)):
            found.update(self.client.request("get", *part)["values"])
        return found

    def login(self, level: str, key: bytes) -> int:
        """Opens the session; returns the level's number. AccessRefused where the key is wrong."""
        asked = self.client.request("challenge", level)
        answer = response(key, level, asked["identity"], asked["challenge"])
        return self.client.request("login", answer)["level"]

    def logout(self) -> None:
        self.client.request("logout")

    def provision(self, technician: bytes, manufacturer: bytes) -> None:
        """Gives the box its keys: in commissioning, or as the manufacturer."""
        self.client.request("provision", technician.hex(), manufacturer.hex())

    def trust(self, public_key: bytes) -> None:
        """Updates must be signed by this key: in commissioning, or as the manufacturer."""
        self.client.request("trust", public_key.hex())

    def restart(self) -> None:
        """The box restarts; what is not saved is lost."""
        self.client.request("restart")

    def set(self, values: dict) -> dict:
        """Puts all in force or none; returns those taken up only at a restart, as a list under
        `restart`, and under `values` what is in force."""
        words = [f"{name}={value}" for name, value in values.items()]
        if len(" ".join(words)) <= _BATCH_CHARS:
            return self.client.request("set", *words)
        found = self._batch(words)
        return {"values": self.values(), "restart": found["restart"]}

    def load(self, values: dict, schema: int, fresh: bool = False) -> dict:
        """A batch of another schema of ids and units; `fresh`: all else to its default."""
        words = [f"{name}={value}" for name, value in values.items()]
        return self._batch(words, schema, *(["fresh"] if fresh else []))

    def try_for(self, seconds: int, values: dict) -> dict:
        """Puts all in force for so long; then the box goes back by itself."""
        words = [f"{name}={value}" for name, value in values.items()]
        return self.client.request("try", seconds, *words)

    def commit(self) -> dict:
        return self.client.request("commit")["values"]

    def revert(self) -> dict:
        return self.client.request("revert")["values"]

    def save(self) -> None:
        self.client.request("save")

    def status(self) -> dict:
        return self.client.request("status")

    def explain(self) -> list[dict]:
        return self.client.request("explain")["reasons"]

    def loads(self) -> list[dict]:
        return [self.client.request("loads", n) for n in self.client.request("loads")["loads"]]

    def bus(self) -> list[dict]:
        return self._pages("bus", "devices")

    def meters(self) -> list[list]:
        """Meters the box knows: id for `mb_meter`, maker, model."""
        return self._pages("meters", "meters")

    def outputs(self) -> list[dict]:
        """Outputs with their fault and the levels their pins read back."""
        return self.client.request("outputs")["outputs"]

    def hold_back(self, load: int, seconds: int) -> str:
        """Brings a load's contact into its blocking position for so long; the output's name."""
        return self.client.request("relay", load, seconds)["output"]

    def image_digest(self, length: int, idle) -> str:
        """SHA-256 of the first `length` bytes of the flashed image. Refused by a box that runs
        from files."""
        self.client.request("digest", length)
        return self.job_rows(idle)[0]["sha256"]

    def log(self, first: int = 0) -> list[list]:
        """Entries of the event log: sequence, uptime_s, boot, wall_s, kind, numbers, origin."""
        return self._pages("log", "entries", first)

    def means(self, first: int = 0, tell=lambda share: None) -> list[Means]:
        """The 10-minute means from number `first` on; `tell` is called with the share done."""
        found: list[Means] = []
        while first is not None:
            page = self.client.request("means", first)
            found += [means_of(entry) for entry in page["entries"]]
            first = page["next"]
            if found and first is not None:
                tell((first - found[0].sequence) / max(1, page["end"] - found[0].sequence))
        return found

    def means_span(self) -> tuple[int, int]:
        """Numbers of the oldest of the 10-minute means, and of the next one to come."""
        page = self.client.request("means")
        return (page["entries"][0][0] if page["entries"] else page["end"]), page["end"]

    def job_rows(self, idle) -> list[dict]:
        """All rows of the job begun last; `idle()` is called between looks. Refused where it
        failed."""
        rows, first = [], 0
        while True:
            page = self.client.request("job", first)
            rows += page["rows"]
            first = page["next"]
            if page["done"]:
                break
            idle()
        if page["error"]:
            raise Refused("value", page["error"])
        return rows

    def _pages(self, request: str, key: str, first: int = 0) -> list:
        found = []
        while first is not None:
            page = self.client.request(request, first)
            found += page[key]
            first = page["next"]
        return found

    def _batch(self, words: list[str], *begin) -> dict:
        self.client.request("begin", *begin)
        errors = []
        for part in _parts(words):
            errors += self.client.request("add", *part)["errors"]
        try:
            return self.client.request("apply", len(words))
        except AccessRefused:
            raise
        except Refused as error:
            raise Refused(error.code, "; ".join([str(error), *errors])) from None


def _parts(words: list[str]):
    """The words in groups that fit into a frame."""
    part: list[str] = []
    for word in words:
        if part and len(" ".join([*part, word])) > _BATCH_CHARS:
            yield part
            part = []
        part.append(word)
    if part:
        yield part
