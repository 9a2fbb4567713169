"""Forbids a process, and every Python child of it, to speak to anything but this machine.

Put this folder on PYTHONPATH. Attempts are refused and written to the file that GUARD_LOG names.
"""

import os
import sys

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


def refuse_other_machines(event, arguments):
    if event == "socket.connect":
        host = arguments[1][0] if isinstance(arguments[1], tuple) else "localhost"  # a path is a local socket
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0] or "localhost"
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host)
    if not name.startswith(LOOPBACK):
        log = os.environ.get("GUARD_LOG")
        if log:
            with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123  pathlib may not be imported yet
                file.write(f"{event} {name} {sys.argv[:2]}\n")
        raise OSError(f"the tests allow no connection to {name}")


sys.addaudithook(refuse_other_machines)
