"""The command `despatch`: one module a verb, people's text by default, JSON for machines.

0 is fine, 1 an error of ours (one sentence on stderr), 2 a wrong use of the command, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `despatch` with these arguments, by default those of the process; returns the exit status."""
    try:
        from ui.terminal.command import run  # noqa: PLC0415 - so that Ctrl-C while this loads is caught too

        return run(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before anything was begun or after it was finished; nothing is half done.\n")
        return 130
    finally:
        if arguments is None:
            import signal  # noqa: PLC0415 - as above

            # All is done: a second Ctrl-C now ends the process where Python would still print a traceback.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
