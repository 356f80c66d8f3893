"""The states of a connection."""

from enum import Enum, auto


class State(Enum):
    """What a connection does."""

    IDLE = auto()
    """Between requests; the application is not responding."""
    HEAD = auto()
    """Reading the head of a request."""
    CONTENT = auto()
    """Reading the content of a request; the application may be responding."""
    RESPONDING = auto()
    """The request is whole, and the application is responding."""
    QUEUED = auto()
    """Waiting for a turn to parse the next request, which has been received."""
    LINGERING = auto()
    """The last response is written or being written; nothing more is read."""
