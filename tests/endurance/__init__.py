"""Load over some time: seconds by default, a minute with `ENDURANCE=full`."""

import os

IS_FULL = os.environ.get("ENDURANCE") == "full"
