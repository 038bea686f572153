// The control box on an ESP32-S3 with external RAM: as boards/PHASEWARD_RP2040, with Wi-Fi for Modbus
// TCP, and RAM enough for an application that was updated over the console (pins.csv).
#define MICROPY_HW_BOARD_NAME      "Phaseward control box"
#define MICROPY_HW_MCU_NAME        "ESP32S3"

// The console is native USB alone: a second one on UART0 would be a second door.
#define MICROPY_HW_ENABLE_UART_REPL (0)

// The box speaks to its bus, to its network and on its console. What it cannot use is left out.
#define MICROPY_PY_BLUETOOTH       (0)
#define MICROPY_PY_ESPNOW          (0)
#define MICROPY_PY_WEBREPL         (0)
#define MICROPY_PY_BTREE           (0)
