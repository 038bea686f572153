"""Drivers: how to talk to what lies on the bench, one file each."""
