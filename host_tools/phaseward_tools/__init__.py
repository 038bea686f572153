"""The `phaseward` command: what people at a desk use to simulate, compare and report."""
