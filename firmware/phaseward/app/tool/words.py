"""Reads the words of a request or command; a ValueError says what was expected."""


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
