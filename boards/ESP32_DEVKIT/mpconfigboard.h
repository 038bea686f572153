// A bare ESP32 DevKit (ESP32-WROOM-32, 4 MB of flash) with an RS-485 module and relay board at its
// pins, two SG-Ready pairs, nothing that reads outputs back: the cheap way in.
#define MICROPY_HW_BOARD_NAME      "ESP32 DevKit as a Phaseward box"
#define MICROPY_HW_MCU_NAME        "ESP32"

// The box speaks to its bus, to its network and on its console. What it cannot use is left out.
#define MICROPY_PY_BLUETOOTH       (0)
#define MICROPY_PY_ESPNOW          (0)
#define MICROPY_PY_WEBREPL         (0)
#define MICROPY_PY_BTREE           (0)
