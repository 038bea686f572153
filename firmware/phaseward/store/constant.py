"""`const` on both interpreters: tables made of constants alone stay in a frozen image's flash.

MicroPython's compiler takes the name for itself; CPython has no need of it.
"""

try:
    from micropython import const  # noqa: F401 - handed on
except ImportError:

    def const(value):
        return value
