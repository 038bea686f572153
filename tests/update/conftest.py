"""The helpers of this folder and of the store's and the application's tests are imported by name:
MicroPython runs most of them too, without pytest."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "store"), str(HERE.parent / "app")]
