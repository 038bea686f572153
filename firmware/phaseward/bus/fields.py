"""Reads checked values out of parsed JSON; errors name file, key and what was expected."""


class ProfileError(ValueError):
    """A profile that cannot be used; the message names file and key."""


class Fields:
    """One JSON object of a file. `where` is its dotted path from the file's top, "" at the top."""

    def __init__(self, file, where, values):
        if not isinstance(values, dict):
            raise ProfileError("%s: %s: expected an object {...}" % (file, where or "the file"))
        self.file = file
        self.where = where
        self.values = values

    def fail(self, key, expected):
        found = repr(self.values[key]) if key in self.values else "nothing"
        raise ProfileError(
            "%s: %s: expected %s, found %s" % (self.file, self._path(key), expected, found)
        )

    def only(self, keys):
        """Refuse keys that nobody would read: a misspelt one would silently do nothing."""
        for key in self.values:
            if key not in keys:
                known = ", ".join(sorted(keys))
                raise ProfileError(
                    "%s: %s: unknown key, known are %s" % (self.file, self._path(key), known)
                )

    def has(self, key):
        return key in self.values

    def integer(self, key, low, high, default=None):
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fail(key, "an integer %d..%d" % (low, high))
        return value

    def text(self, key, default=None):
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            self.fail(key, "a text")
        return value

    def choice(self, key, choices, default=None):
        value = self.values.get(key, default)
        if value not in choices:
            self.fail(key, "one of " + ", ".join([str(choice) for choice in choices]))
        return value

    def part(self, key):
        """The object under `key`."""
        if not isinstance(self.values.get(key), dict):
            self.fail(key, "an object {...}")
        return Fields(self.file, self._path(key), self.values[key])

    def parts(self, key):
        """The objects in the list under `key`, at least one."""
        values = self.values.get(key)
        if not isinstance(values, list) or not values:
            self.fail(key, "a list of objects [{...}]")
        return [
            Fields(self.file, "%s[%d]" % (self._path(key), i), values[i])
            for i in range(len(values))
        ]

    def integers(self, key, low, high):
        """None, one integer or a list of them, as a list."""
        value = self.values.get(key)
        values = [] if value is None else value if isinstance(value, list) else [value]
        for item in values:
            if isinstance(item, bool) or not isinstance(item, int) or not low <= item <= high:
                self.fail(key, "an integer %d..%d or a list of them" % (low, high))
        return values

    def _path(self, key):
        return "%s.%s" % (self.where, key) if self.where else key
