"""One entry of the event log as a line of text that carries its own check.

    sequence|uptime_s|boot|wall|kind|numbers|origin*CRC-32 in 8 hex digits

    wall     seconds since 1970 UTC, or `?` where the box does not know the time of day
    kind     what happened, a-z 0-9 _
    numbers  integers, separated by commas; their meaning belongs to the kind
    origin   who or what caused it
Text, so that a segment can be read without any tool, and the end of a line ends a damage.
"""

from binascii import crc32

UNKNOWN = "?"
LONGEST_LINE = 160
_FIELDS = 7


def encode(sequence, uptime_s, boot, wall_s, kind, numbers, origin):
    """The line, with its end, as bytes. ValueError where it would be longer than LONGEST_LINE."""
    wall = UNKNOWN if wall_s is None else str(wall_s)
    listed = ",".join([str(number) for number in numbers])
    fields = (str(sequence), str(uptime_s), str(boot), wall, kind, listed, origin)
    body = "|".join([_plain(field) for field in fields]).encode()
    line = body + b"*%08x\n" % crc32(body)
    if len(line) > LONGEST_LINE:
        raise ValueError("log entry of %d bytes, at most %d fit" % (len(line), LONGEST_LINE))
    return line


def _plain(field):
    """Without the characters that have a meaning in a line, nor any beyond ASCII."""
    return "".join([c if " " <= c < "\x7f" and c not in "|*" else "_" for c in field])


def valid(line):
    """Whether a line, with or without its end, is a complete entry."""
    line = line.rstrip(b"\n")
    body, mark = line[:-9], line[-9:]
    return bool(body) and mark == b"*%08x" % crc32(body)


def sequence(line):
    """The sequence number of a valid line."""
    return int(line[: line.find(b"|")])


class Entry:
    """The fields of a valid line. `wall_s` is None where the time of day was unknown."""

    def __init__(self, line):
        fields = line.rstrip(b"\n")[:-9].decode().split("|")
        if len(fields) != _FIELDS:
            raise ValueError("log entry with %d fields, not %d" % (len(fields), _FIELDS))
        self.sequence = int(fields[0])
        self.uptime_s = int(fields[1])
        self.boot = int(fields[2])
        self.wall_s = None if fields[3] == UNKNOWN else int(fields[3])
        self.kind = fields[4]
        self.numbers = [int(number) for number in fields[5].split(",") if number]
        self.origin = fields[6]
