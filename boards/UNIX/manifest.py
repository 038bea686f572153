# Nothing is frozen: the unix rung imports the firmware from its source, so that an edit needs no
# rebuild. The boards that ship freeze the same package.
