"""Each shipped meter profile against bytes written out by hand: what is asked, what comes of it.

Requests and answers are function code and data in hex; address 1 and the CRC are added by a
bitwise CRC. Numbers used, as IEEE 754 or counts, beside their bits:
"""

from bus_fakes import Clock, Port, Wait, run, sealed

from phaseward.bus import profile, status
from phaseward.bus.meter import Meter
from phaseward.bus.rtu import Master
from phaseward.core.sample import OK, STALE, Sample

U_LN = "43668000 43674000 4365C000"  # 230.5, 231.25, 229.75 V
U_LL = "43C7C000 43C82000 43C76000"  # 399.5, 400.25, 398.75 V
AMPS = "41280000 40A80000 3F000000"  # 10.5, 5.25, 0.5 A
WATTS = "45174000 C4975000 42E60000"  # 2420, -1210.5, 115 W
HERTZ = "4247EB85"  # 49.98 Hz


WANTED = {
    "u_ln_mv": [230500, 231250, 229750],
    "u_ll_mv": [399500, 400250, 398750],
    "i_ma": [10500, 5250, 500],
    "p_w": [2420, -1211, 115],  # half away from zero
    "f_mhz": 49980,
}


def expect(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


def poll(name, exchanges):
    """Poll a new meter against (request, answer) pairs in hex; any other request is an error."""
    left = list(exchanges)

    def answer(request):
        wanted, reply = left.pop(0)
        expect(request, sealed(1, bytes.fromhex(wanted.replace(" ", ""))))
        return [(20, sealed(1, bytes.fromhex(reply.replace(" ", ""))))]

    clock, wait = Clock(), Wait()
    port = Port(clock, answer)
    meter = Meter(profile.load(name, "meter"), 1, Master(port, clock, wait), clock)
    sample = Sample()
    meter.poll(sample)
    run(meter, clock, port, wait)
    expect(left, [])
    return meter, sample


def check(name, exchanges, state=None, **other):
    meter, sample = poll(name, exchanges)
    expect(meter.status, status.OK)
    expect(list(sample.state), state or [OK] * 5)
    for key in WANTED:
        got = getattr(sample, key)
        wanted = other.get(key, WANTED[key])
        expect((key, got if key == "f_mhz" else list(got)), (key, wanted))


EASTRON = [
    ("04 0000 0012", "04 24" + U_LN + AMPS + WATTS),
    ("04 0046 0002", "04 04" + HERTZ),
    ("04 00C8 0006", "04 0C" + U_LL),
]


def scenario_eastron_sdm630():
    check("eastron_sdm630", EASTRON)


def scenario_eastron_sdm72dm_v2():
    check("eastron_sdm72dm_v2", EASTRON)


# 0.1 V, 0.001 A, 0.1 W, 0.1 Hz as int32, least significant word first
CG_LN = "0901 0000 0909 0000 08FA 0000"  # 2305, 2313, 2298
CG_LL = "0F9B 0000 0FA3 0000 0F94 0000"  # 3995, 4003, 3988
CG_AMPS = "2904 0000 1482 0000 01F4 0000"  # 10500, 5250, 500
CG_WATTS = "5E88 0000 D0B7 FFFF 047E 0000"  # 24200, -12105, 1150
CG_VALUES = {"u_ln_mv": [230500, 231300, 229800], "u_ll_mv": [399500, 400300, 398800]}


def scenario_carlo_gavazzi_em24_reads_at_most_11_registers():
    check(
        "carlo_gavazzi_em24",
        [
            ("04 0000 0006", "04 0C" + CG_LN),
            ("04 0006 0006", "04 0C" + CG_LL),
            ("04 000C 0006", "04 0C" + CG_AMPS),
            ("04 0012 0006", "04 0C" + CG_WATTS),
            ("04 0037 0001", "04 02 01F4"),
        ],
        f_mhz=50000,
        **CG_VALUES,
    )


def scenario_carlo_gavazzi_em340():
    check(
        "carlo_gavazzi_em340",
        [
            ("04 0000 0018", "04 30" + CG_LN + CG_LL + CG_AMPS + CG_WATTS),
            ("04 0033 0001", "04 02 01F4"),
        ],
        f_mhz=50000,
        **CG_VALUES,
    )


def scenario_janitza_umg96rme():
    check(
        "janitza_umg96rme",
        [
            ("03 4A38 001A", "03 34" + U_LN + U_LL + AMPS + "00000000" + WATTS),
            ("03 4A6A 0002", "03 04" + HERTZ),
        ],
    )


def scenario_siemens_pac2200():
    check(
        "siemens_pac2200",
        [
            ("03 0001 001E", "03 3C" + U_LN + U_LL + AMPS + "00000000" * 3 + WATTS),
            ("03 0037 0002", "03 04" + HERTZ),
        ],
    )


def scenario_schneider_iem3000_counts_kilowatts():
    kilowatts = "401AE148 BF9AF1AA 3DEB851F"  # 2.42, -1.2105, 0.115 kW
    check(
        "schneider_iem3000",
        [
            ("03 0BB7 0006", "03 0C" + AMPS),
            ("03 0BCB 000E", "03 1C" + U_LL + "43C80000" + U_LN),
            ("03 0BED 0006", "03 0C" + kilowatts),
            ("03 0C25 0002", "03 04" + HERTZ),
        ],
    )


# 0.1 V, 0.01 A unsigned, 0.01 W signed, 0.01 Hz
ABB_LN = "00000901 00000909 000008FA"
ABB_LL = "00000F9B 00000FA3 00000F94"
ABB_AMPS = "0000041A 0000020D 00000032"  # 1050, 525, 50
ABB_WATTS = "0003B150 FFFE2726 00002CEC"  # 242000, -121050, 11500
ABB_HERTZ = ("03 5B2C 0001", "03 02 1386")  # 4998


def scenario_abb_b23():
    data = ABB_LN + ABB_LL + ABB_AMPS + "00000000 0001B900" + ABB_WATTS
    check("abb_b23", [("03 5B00 001C", "03 38" + data), ABB_HERTZ], **CG_VALUES)


def scenario_abb_b23_undefined_values_are_not_measurements():
    undefined = "FFFFFFFF " * 3
    data = ABB_LN + undefined + ABB_AMPS + "00000000 0001B900" + "7FFFFFFF " * 3
    meter, sample = poll("abb_b23", [("03 5B00 001C", "03 38" + data), ABB_HERTZ])
    expect([sample.usable(group) for group in range(5)], [True, False, True, False, True])
    expect(list(sample.p_w), [0, 0, 0])


def scenario_phoenix_contact_eem_sends_the_low_word_first():
    def low_first(values):
        return " ".join([value[4:] + value[:4] for value in values.split()])

    check(
        "phoenix_contact_eem",
        [
            ("03 8006 000E", "03 1C" + low_first(U_LN + " " + HERTZ + " " + AMPS)),
            ("03 801E 0006", "03 0C" + low_first(WATTS)),
            ("03 8000 0006", "03 0C" + low_first(U_LL)),
        ],
    )


def scenario_chint_dtsu666_counts_tenths_in_floats():
    u_ln = "45101000 45109000 450FA000"  # 2305, 2313, 2298
    u_ll = "4579B000 457A3000 45794000"  # 3995, 4003, 3988
    amps = "46241000 45A41000 43FA0000"  # 10500, 5250, 500
    watts = "46BD1000 C63D2400 448FC000"  # 24200, -12105, 1150
    check(
        "chint_dtsu666",
        [
            ("03 2000 001A", "03 34" + u_ll + u_ln + amps + "00000000" + watts),
            ("03 2044 0002", "03 04 459C3000"),  # 4998
        ],
        **CG_VALUES,
    )


SUNSPEC = ("03 9C40 0002", "03 04 53756E53")  # "SunS" at 40000
COMMON = ("03 9C42 0002", "03 04 0001 0041")  # model 1, 65 registers: the next is at 40069


def scenario_sunspec_203_is_found_and_scaled_by_its_factors():
    # A 10.5 5.25 0.5 with -2; V with -1; Hz 49.98 with -2; W in tens (factor 1)
    amps = "041A 020D 0032 FFFE"
    volts = "0901 0901 0909 08FA 0F9B 0F9B 0FA3 0F94 FFFF"
    check(
        "sunspec_203",
        [
            SUNSPEC,
            COMMON,
            ("03 9C85 0002", "03 04 00CB 0069"),
            ("03 9C88 0014", "03 28" + amps + volts + "1386 FFFE" + "0084 00F2 FF87 000C 0001"),
        ],
        p_w=[2420, -1210, 120],
        **CG_VALUES,
    )


def scenario_sunspec_213():
    check(
        "sunspec_213",
        [
            SUNSPEC,
            COMMON,
            ("03 9C85 0002", "03 04 00D5 007C"),
            ("03 9C89 0020", "03 40" + AMPS + "00000000" + U_LN + "00000000" + U_LL + HERTZ
             + "00000000" + WATTS),
        ],
    )  # fmt: skip


def scenario_sunspec_701_generation_is_negative_here():
    block = ["0000"] * 100  # registers 17..116 of the model
    for offset, word in (
        (18, "1386"),  # 49.98 Hz, uint32, factor -2
        (41, "00F2"), (64, "FF87"), (87, "000C"),  # W in tens
        (45, "041A"), (68, "020D"), (91, "0032"),
        (46, "0F9B"), (69, "0FA3"), (92, "0F94"),
        (47, "0901"), (70, "0909"), (93, "08FA"),
        (113, "FFFE"), (114, "FFFF"), (115, "FFFE"), (116, "0001"),
    ):  # fmt: skip
        block[offset - 17] = word
    check(
        "sunspec_701",
        [
            SUNSPEC,
            COMMON,
            ("03 9C85 0002", "03 04 02BD 0099"),
            ("03 9C96 0064", "03 C8" + "".join(block)),
        ],
        p_w=[-2420, 1210, -120],
        **CG_VALUES,
    )


def scenario_sunspec_is_looked_for_at_three_addresses():
    refused = "83 02"
    meter, sample = poll(
        "sunspec_203",
        [
            ("03 9C40 0002", refused),
            ("03 C350 0002", "03 04 00000000"),
            ("03 0000 0002", refused),
        ],
    )
    expect(meter.status, status.EXCEPTION + 2)
    expect(list(sample.state), [STALE] * 5)


def scenario_a_sunspec_device_without_the_model_is_refused():
    meter, _ = poll("sunspec_203", [SUNSPEC, COMMON, ("03 9C85 0002", "03 04 FFFF 0000")])
    expect(meter.status, status.DATA)


def scenario_sunspec_values_not_implemented_are_not_measurements():
    _, sample = poll(
        "sunspec_203",
        [
            SUNSPEC,
            COMMON,
            ("03 9C85 0002", "03 04 00CB 0069"),
            ("03 9C88 0014", "03 28" + "8000 8000 8000 8000"
             + "0901 0901 0909 08FA 8000 8000 8000 8000 FFFF" + "1386 8000" + "0000 " * 5),
        ],
    )  # fmt: skip
    expect([sample.usable(group) for group in range(5)], [True, False, False, True, False])
