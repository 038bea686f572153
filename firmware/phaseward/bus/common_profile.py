"""What every device profile has: names, source, line settings. Units: baud, ms."""

KEYS = (
    "schema", "kind", "id", "maker", "model", "source", "checked", "addressing", "serial",
    "turnaround_ms",
)  # fmt: skip
LARGEST_REGISTER = 65535


class CommonProfile:
    """`baud`, `parity` ("N", "E", "O") and `stop_bits` are the device's factory setting."""

    def __init__(self, fields, keys):
        fields.only(KEYS + keys)
        self.id = fields.text("id")
        self.kind = fields.text("kind")
        self.maker = fields.text("maker")
        self.model = fields.text("model")
        self.source = fields.text("source")
        self.checked = fields.text("checked")
        fields.choice("addressing", ("zero_based_pdu",))
        self.turnaround_ms = fields.integer("turnaround_ms", 0, 1000)
        serial = fields.part("serial")
        serial.only(("baud", "parity", "stop_bits"))
        self.baud = serial.integer("baud", 300, 1000000)
        self.parity = serial.choice("parity", ("N", "E", "O"))
        self.stop_bits = serial.integer("stop_bits", 1, 2)

    def lighten(self):
        """Lets go of what only people read, and of what no driver asks for. Returns itself."""
        self.source = self.checked = ""
        return self
