set(SDKCONFIG_DEFAULTS
    boards/sdkconfig.base
)
