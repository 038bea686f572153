# The console's pins: of those of UART 1 that the control box leaves free.
set(PICO_BOARD "pico")
set(PICO_PLATFORM "rp2040")
list(APPEND MICROPY_DEF_BOARD
    PICO_DEFAULT_UART=1
    PICO_DEFAULT_UART_TX_PIN=24
    PICO_DEFAULT_UART_RX_PIN=25
)
