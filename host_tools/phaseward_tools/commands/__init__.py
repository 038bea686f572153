"""One module per command; each has a function of the command's name."""
