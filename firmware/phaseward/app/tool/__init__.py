"""The tool's mode of the serial port: framed requests and replies. docs/PROTOCOL.md."""
