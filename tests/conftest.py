"""For all tests: hypothesis repeats itself and has no clock, so that a run is the same every time.

`pytest --hypothesis-profile=explore` looks for new examples instead.
"""

from hypothesis import HealthCheck, settings

NO_CLOCK = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("steady", derandomize=True, **NO_CLOCK)
settings.register_profile("explore", derandomize=False, **NO_CLOCK)
settings.load_profile("steady")
