// MicroPython's unix port as the box sees it: the features of the rp2 port and 32-bit floats,
// so that heap use and numbers on the host equal those of the board.
#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)
#define MICROPY_FLOAT_IMPL       (MICROPY_FLOAT_IMPL_FLOAT)

#include "ports/unix/variants/mpconfigvariant_common.h"
