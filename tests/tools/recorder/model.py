"""What is stored: requests, and the responses to them."""

from dataclasses import dataclass
from typing import Any, Self

DATABASES = ("tianshui", "both", "generated")


@dataclass(frozen=True)
class Request:
    """One request; `target` and the values of `headers` may refer to earlier responses, as in `{etag 12}`."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    raw: str | None = None
    """The bytes to send as they are, one character a byte, instead of the rest."""

    def __str__(self) -> str:
        shown = " ".join(f"[{name}: {value}]" for name, value in self.headers)
        text = f"{self.method} {self.target} {shown}".rstrip()
        return text if len(text) <= 400 else f"{text[:400]}…"

    def to_json(self) -> list[Any]:
        """Return the request as a JSON array."""
        return [self.method, self.target, self.headers, self.raw]

    @classmethod
    def from_json(cls, stored: list[Any]) -> Self:
        """Read a request back."""
        method, target, headers, raw = stored
        return cls(method, target, tuple((name, value) for name, value in headers), raw)


@dataclass(frozen=True)
class Response:
    """A response with placeholders for values that may differ between two runs."""

    status: int
    """The status code; 0 where nothing was sent or the response is stored as raw text."""
    headers: tuple[tuple[str, str], ...]
    """Sorted by name."""
    body: str


@dataclass(frozen=True)
class Exchange:
    """A request and its response."""

    database: str
    number: int
    """Position in the list of its database, from 0; references name it."""
    request: Request
    response: Response
