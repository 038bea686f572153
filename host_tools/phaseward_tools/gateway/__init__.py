"""The gateway: the firmware's application as a process on this computer, in real time."""
