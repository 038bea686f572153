"""Reads the words of a request or command; a ValueError says what was expected."""

_FEW_ADDRESSES = 10


def integer(words, place, low, high, default=None):
    """The whole number at `place`, or the default where there is no such word."""
    if place >= len(words):
        if default is None:
            raise ValueError("a number %d..%d is missing" % (low, high))
        return default
    text = words[place]
    if text.isdigit() and len(text) <= 9 and low <= int(text) <= high:
        return int(text)
    raise ValueError("expected a number %d..%d, not %s" % (low, high, text))


def signed(words, place, low, high):
    """As `integer`, but the number may be negative."""
    text = words[place] if place < len(words) else ""
    digits = text[1:] if text.startswith("-") else text
    if digits.isdigit() and len(digits) <= 9 and low <= int(text) <= high:
        return int(text)
    raise ValueError("expected a number %d..%d, not %s" % (low, high, text))


def nothing_after(words, count):
    """ValueError where there are more words than a request takes."""
    if len(words) > count:
        raise ValueError("what is meant by %s?" % words[count])


def scan_range(words, last_address):
    """(first, last, everywhere) of `[all] [FIRST [LAST]]`. A scan of all lines is over soon only
    where few addresses are looked at."""
    everywhere = bool(words) and words[0] == "all"
    numbers = words[1:] if everywhere else words
    first = integer(numbers, 0, 1, last_address, 1)
    usual = max(first, _FEW_ADDRESSES) if everywhere else last_address
    last = integer(numbers, 1, 1, last_address, usual)
    nothing_after(numbers, 2)
    return first, last, everywhere
