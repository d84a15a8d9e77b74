"""The command line: one file a command group."""

import signal
import sys

if sys.argv[1:2] == ["run"]:
    # A hangup asks for the file to be read again. Until the daemon listens for it, seconds from now, it has not been
    # read yet; and what is left to its default ends the process.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
