"""Builds the box's meter from its parameters."""

from ..bus import profile
from ..bus.meter import STALE_MS, Meter

OWN_PROFILES = "profiles"  # folder in the box's storage; a new meter is a new file in it
_STALE_POLLS = 3


def profile_folders(platform):
    """Where profiles are looked for: the box's own files first, then the shipped ones."""
    return [platform.storage_path + "/" + OWN_PROFILES, profile.builtin_folder()]


def build_meter(platform, masters, values):
    """The meter of the parameters. ProfileError names a profile that is missing or wrong."""
    found = profile.load(values["mb_meter"], "meter", profile_folders(platform)).lighten()
    address = values["mb_meter_addr"]
    master = masters.device_at(values["mb_meter_host"], address)
    meter = Meter(found, address, master, platform.clock)
    meter.stale_ms = max(STALE_MS, _STALE_POLLS * values["mb_poll_ms"])
    meter.frozen_polls = values["mb_frozen_polls"]
    return meter
