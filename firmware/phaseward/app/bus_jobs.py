"""Work a person or a tool wants done on the bus, one request at a time between control cycles.

The control task owns the bus. After a cycle it calls `turn()` while `event.ready` and time is
left; in safe mode, where nothing else uses the bus, a task of its own does. A job is a generator
that yields what is to be awaited, a request or a meter's poll, takes the answer, and then yields
PAUSE, after which the master has served others. So a scan of a whole line delays a cycle
by no more than one device's silence.
"""

from ..platform.ticks import Event

TURN_MS = 400  # what a turn may take: another is begun only where so much is left of the pause
_IDLE_MS = 1000
MOST_ROWS = 250
PAUSE = False  # what a job yields where it can be interrupted


class Job:
    """`rows`: what was found so far, dicts; `done`; `error`: text, empty where all went well.

    turns : generator of what to await, and of PAUSE
    line : function(row) -> the text a person reads
    """

    def __init__(self, name, line):
        self.name = name
        self.rows = []
        self.done = False
        self.error = ""
        self.turns = None
        self._line = line
        self._shown = 0
        self._stopped = False

    def add(self, **row):
        if len(self.rows) < MOST_ROWS:
            self.rows.append(row)

    def stop(self):
        """Ends it before its next turn."""
        self._stopped = True

    def fresh_lines(self):
        """The rows found since the last call, as text."""
        fresh = self.rows[self._shown :]
        self._shown += len(fresh)
        return [self._line(row) for row in fresh]

    def next(self):
        """What to await next, or None at the end. A fault inside ends the job with its error."""
        try:
            if not self._stopped:
                return next(self.turns)
            self.turns.close()
            self.error = "stopped"
        except StopIteration:
            pass
        except Exception as error:  # its text is the answer
            self.error = str(error) or repr(error)
        self.done = True
        return None


class BusJobs:
    """At most one job at a time. `event.ready` while there is one."""

    def __init__(self):
        self.event = Event()
        self.job = None

    def submit(self, job):
        """Takes a job whose `turns` are set. ValueError while another one is under way."""
        if self.job is not None:
            raise ValueError("the bus is busy with %s; stop ends it" % self.job.name)
        self.job = job
        self.event.ready = True
        return job

    async def turn(self):
        """One turn of the job, if there is one."""
        job = self.job
        operation = job.next() if job is not None else None
        while operation:
            await operation
            operation = job.next()
        if operation is None:
            self.job = None
            self.event.ready = False

    async def run(self, wait, beat):
        """A task that does nothing else, for a box whose control task does not run."""
        while True:
            await wait(_IDLE_MS, self.event)
            if self.event.ready:
                await self.turn()
            beat()
