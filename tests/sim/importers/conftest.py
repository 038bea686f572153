"""What the importers' tests share: OpenDSS files written per test."""

import pytest

FOUR_WIRE = """\
clear
set defaultbasefrequency=50
new circuit.village basekv=20 pu=1.02 bus1=src r1=0.4 x1=4 r0=0.4 x0=4
new transformer.t1 phases=3 windings=2 buses=[src.1.2.3 lv.1.2.3.4] conns=[delta wye] \
kvs=[20 0.4] kvas=[250 250] xhl=3.8 %rs=[0.65 0.65] leadlag=lead ppm_antifloat=0
new reactor.earth phases=1 bus1=lv.4 bus2=lv.0 r=1 x=0
new linecode.nayy nphases=4 units=km normamps=270 \
rmatrix=[0.25 | 0.049 0.25 | 0.049 0.049 0.25 | 0.049 0.049 0.049 0.25] \
xmatrix=[0.72 | 0.64 0.72 | 0.62 0.64 0.72 | 0.64 0.62 0.64 0.72] \
cmatrix=[260 | -30 260 | -30 -30 260 | -30 -30 -30 260]
new line.l1 phases=4 bus1=lv.1.2.3.4 bus2=a.1.2.3.4 linecode=nayy length=200 units=m
new line.l2 phases=4 bus1=a.1.2.3.4 bus2=b.1.2.3.4 linecode=nayy length=0.15 units=km
new linecode.two nphases=2 units=km rmatrix=[0.69 | 0.049 0.69] xmatrix=[0.75 | 0.66 0.75] \
cmatrix=[0 | 0 0]
new line.l3 phases=2 bus1=b.2.4 bus2=c.2.4 linecode=two length=30 units=m
new loadshape.day npts=24 interval=1 \
mult=(.3 .3 .3 .3 .3 .3 .5 .7 .6 .5 .4 .5 .6 .5 .4 .4 .5 .8 1 1 .9 .7 .5 .4)
new load.h1 phases=1 bus1=a.1.4 kv=0.231 kw=4 pf=0.95 daily=day vminpu=0.8 vmaxpu=1.2
new load.h2 phases=1 bus1=c.2.4 kv=0.231 kw=3 kvar=-0.5 vminpu=0.8 vmaxpu=1.2
new load.h3 phases=3 bus1=b.1.2.3.4 kv=0.4 kw=6 pf=0.97 vminpu=0.8 vmaxpu=1.2
new load.z phases=1 bus1=b.3.4 kv=0.24 kw=2 pf=1 model=2
new pvsystem.roof phases=1 bus1=b.1.4 kv=0.231 kva=5 pmpp=5 irradiance=0.4 pf=1 \
%cutin=0 %cutout=0 vminpu=0.8 vmaxpu=1.2
"""
THREE_WIRE = """\
clear
set defaultbasefrequency=50
new circuit.town basekv=11 pu=1.05 bus1=src mvasc3=200 mvasc1=210
new transformer.t1 windings=2 buses=[src lv] conns=[delta wye] kvs=[11 0.416] kvas=[800 800] \
xhl=4 %rs=[0.2 0.2] wdg=2 tap=1.025 ppm_antifloat=0
new linecode.c4 nphases=3 r1=0.446 x1=0.071 r0=1.505 x0=0.083 c1=0 c0=0 units=km normamps=421
new line.l1 bus1=lv bus2=a linecode=c4 length=300 units=m
new line.l2 bus1=a bus2=b linecode=c4 length=250 units=m
new load.h1 phases=1 bus1=a.1 kv=0.24 kw=6 pf=0.95 vminpu=0.8 vmaxpu=1.2
new load.h2 phases=1 bus1=b.2 kv=0.24 kw=9 pf=0.95 vminpu=0.8 vmaxpu=1.2
new load.h3 phases=1 bus1=b.3 kv=0.24 kw=1 pf=0.95 vminpu=0.8 vmaxpu=1.2
"""


@pytest.fixture
def dss_file(tmp_path):
    """Writes a .dss file: `dss_file(base, *more lines)` -> path."""

    def write(base: str, *lines: str):
        path = tmp_path / "feeder.dss"
        path.write_text("\n".join([base, *lines]) + "\n")
        return path

    return write


@pytest.fixture
def four_wire(dss_file):
    return lambda *lines: dss_file(FOUR_WIRE, *lines)


@pytest.fixture
def three_wire(dss_file):
    return lambda *lines: dss_file(THREE_WIRE, *lines)
