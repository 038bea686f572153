*** Comments ***
The control box's image on Renode's models of an RP2040: a second witness beside rp2040js. The box has one
heat pump behind a relay; energised, the relay blocks it.
Same names and expected lines as tests/image/test_image_witness.py (expected.resource).
Variables from outside: MODELS (a checkout of the models), BIN (firmware.elf), STORAGE (the file system),
STORAGE_AT (its address).

*** Settings ***
Resource          expected.resource
Suite Setup       Setup
Suite Teardown    Teardown
Test Setup        Power On
Test Timeout      30 minutes

*** Variables ***
${COMPILED}       ${False}

*** Keywords ***
Name The Files
    Execute Command    $models=@${MODELS}
    Execute Command    $bin=@${BIN}
    Execute Command    $storage=@${STORAGE}
    Execute Command    $storage_at=${STORAGE_AT}

Power On
    Name The Files
    IF    not ${COMPILED}
        Execute Command    include @${CURDIR}/models.resc
        Execute Command    Clear
        Name The Files
        Set Suite Variable    ${COMPILED}    ${True}
    END
    Execute Command    include @${CURDIR}/phaseward.resc
    ${console}=    Create Terminal Tester    sysbus.console    timeout=130    defaultPauseEmulation=true
    Set Test Variable    ${CONSOLE}    ${console}
    ${lamp}=    Create LED Tester    sysbus.gpio.relay_l1    defaultTimeout=3
    Set Test Variable    ${RELAY}    ${lamp}
    ${lamp}=    Create LED Tester    sysbus.gpio.driver_enable    defaultTimeout=3
    Set Test Variable    ${DRIVER}    ${lamp}

Printed
    [Arguments]    ${line}
    Wait For Line On Uart    ${line}    testerId=${CONSOLE}    treatAsRegex=true

*** Test Cases ***
Boot Banner
    Printed    ${BOOT}

Driver Enable
    Printed    ${BOOT}
    Assert LED State    true    testerId=${DRIVER}
    Assert LED State    false    testerId=${DRIVER}

Meter Poll And Decision
    Printed    ${WAITING}
    Assert LED State    true    testerId=${RELAY}
    Printed    ${FREE}
    Assert LED State    false    testerId=${RELAY}
    ${answers}=    Execute Command    meter Answers
    Should Be True    int("${answers.strip()}", 16) > 30

Relay On Under-voltage
    Execute Command    meter Voltage 0 195
    Printed    ${CRITICAL}
    Assert LED State    true    testerId=${RELAY}

Watchdog Restart
    Printed    ${WAITING}
    Assert LED State    true    testerId=${RELAY}
    # The wire of the relay shows the opposite of what the box has set: it must not feed on.
    Execute Command    sysbus.gpio OnGPIO 7 false
    Printed    ${BOOT}
