"""Long work as a generator that yields where a box may do something else."""


def result_of(steps):
    """What the generator `steps` returns, all at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
