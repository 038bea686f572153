"""The technician's screen: a box watched and tuned in a terminal, or as JSON lines.

    watch.py    reads the box, status each time, the rest in turn
    tuning.py   values on trial, kept, and taken back
    lines.py    what is shown, as text that fits 80 columns
    screen.py   the Textual application (extra `field`)
    as_json.py  one JSON object a second, for scripts
"""
