"""A person at a box's serial port: finding it, tuning it, watching it, reading its records."""
