"""An RP2040 with the firmware image, in virtual time, on rp2040js."""
