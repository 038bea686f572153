"""Modbus RTU master, meters and actuators. Imports `core` and nothing else of the firmware."""
