"""The uvicorn side: the protocol, the limits of connections, and the fast path."""
