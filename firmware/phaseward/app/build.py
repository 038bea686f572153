"""From which sources the running image was made: 12 hex digits, empty where it runs from files.

The image's build writes `build_id.py` beside this file (scripts/freeze_profiles.py).
"""

try:
    from .build_id import SOURCES
except ImportError:
    SOURCES = ""
