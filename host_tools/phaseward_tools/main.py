"""Where the `phaseward` command starts: light, so that Ctrl-C is heard while the rest loads."""

import sys

STOPPED = 130


def app() -> None:
    """Run the command line; Ctrl-C while loading ends in one line, too."""
    try:
        from phaseward_tools import cli
    except KeyboardInterrupt:
        print("phaseward: stopped; nothing was written", file=sys.stderr)
        sys.exit(STOPPED)
    cli.app()


if __name__ == "__main__":
    app()
