"""Who may change the box: keys, challenge and response, sessions. See docs/SECURITY.md."""
