"""The helpers of this folder and of the store's tests are imported by name: MicroPython runs them
too, without pytest."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "store")]
