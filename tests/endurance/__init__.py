"""What a server has to endure for a while: short here, and as long as promised with `ENDURANCE=full`."""

import os

IS_FULL = os.environ.get("ENDURANCE") == "full"
