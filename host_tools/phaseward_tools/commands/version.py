"""`phaseward version`: which software this is."""

from phaseward_tools.exits import guarded


@guarded
def version() -> None:
    """Show the version of the tools and simulator, the firmware's hash, and MicroPython."""
    from phaseward_sim.loop.micropython import MicroPythonError, locate
    from phaseward_sim.results import firmware_hash, source_version
    from phaseward_tools.terminal import console

    try:
        micropython = locate().fidelity
    except MicroPythonError as error:
        micropython = str(error)
    console().print(f"phaseward    {source_version()}", soft_wrap=True)
    console().print(f"firmware     {firmware_hash()}", soft_wrap=True)
    console().print(f"micropython  {micropython}", soft_wrap=True, markup=False)
