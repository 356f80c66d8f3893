"""A read-only JSON service for the campaigns that public reports describe."""

import sys

if sys.platform == "win32":
    # Modules that it imports do not exist there, such as `fcntl` and `resource`.
    sys.exit("campaign-api runs on Linux and macOS; on Windows, run it in the Windows Subsystem for Linux (WSL)")

from importlib.metadata import version

__version__ = version("campaign-api")
