"""What the box cannot measure, told on the console: time of day, car, room, another meter."""


class Needs:
    ROWS = (
        ("clock", "clock [TIME]", "time of day, HH:MM or off; kept running until a restart"),
        ("car", "car LOAD [WH]", "the car at a load: Wh it has got, gone, off; believed for 1 h"),
        ("room", "room LOAD [MK]", "mK the room is below its set-point, off; believed for 2 h"),
        ("relearn", "relearn", "another meter is there: forget the voltages learnt"),
    )

    def __init__(self, service, session):
        self._telling = service.telling
        self._session = session

    def do_clock(self, arguments):
        minute = self._telling.clock(arguments, self._session)["minute"]
        return ["time of day not known"] if minute < 0 else ["%02d:%02d" % divmod(minute, 60)]

    def do_car(self, arguments):
        found = self._telling.car(arguments, self._session)
        if found["connected"] < 0:
            return ["load %d: car not known" % found["load"]]
        if found["connected"] == 0:
            return ["load %d: no car" % found["load"]]
        return ["load %d: car with %d Wh" % (found["load"], found["energy_wh"])]

    def do_room(self, arguments):
        found = self._telling.room(arguments, self._session)
        if not found["known"]:
            return ["load %d: room not known" % found["load"]]
        return ["load %d: room %d mK below its set-point" % (found["load"], found["below_mk"])]

    def do_relearn(self, arguments):
        found = self._telling.relearn(arguments, self._session)
        return ["forgotten; learning for %d min" % found["learn_min"]]
