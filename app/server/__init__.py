"""The uvicorn side: the protocol, the limits of connections, and the fast path."""

import uvicorn

_UVICORN_VERSION = "0.54.0"

if uvicorn.__version__ != _UVICORN_VERSION:
    raise ImportError(f"app.server is written for uvicorn {_UVICORN_VERSION}, not {uvicorn.__version__}")
