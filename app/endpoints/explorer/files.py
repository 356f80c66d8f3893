"""The files of the explorer: their bodies and media types, their common digest, and the imports of a module."""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "static" / "explorer"

MAIN, STYLES, SERVICE_WORKER = "main.js", "explorer.css", "service-worker.js"

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
}
"""The media types of the files that are served, by suffix."""

_DOCUMENTATION = re.compile(rb"^[ \t]*/\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)
"""Matches a JSDoc comment on lines of its own. Such comments are a sixth of the compressed modules."""

_IMPORT = re.compile(r'^(?:import|export)\b[^;"\']*["\']\./([\w.-]+)["\']', re.MULTILINE)
"""Matches a static import of another file of the folder. Imports in JSDoc do not begin a line."""


@dataclass(frozen=True)
class StaticFile:
    """A file of the explorer."""

    body: bytes
    media_type: str
    digest: str


@cache
def files() -> dict[str, StaticFile]:
    """Return the files that are served below the digest, by name."""
    names = sorted(path.name for path in FOLDER.iterdir() if path.suffix in _MEDIA_TYPES)
    return {name: read_file(name) for name in names if name != SERVICE_WORKER}


@cache
def read_file(name: str) -> StaticFile:
    """Return a file of the folder, a module without its documentation; raises OSError where there is none."""
    body = (FOLDER / name).read_bytes()
    if name.endswith(".js"):
        body = _DOCUMENTATION.sub(b"", body)
    return StaticFile(body, _MEDIA_TYPES[Path(name).suffix], sha256(body).hexdigest()[:24])


@cache
def template(name: str) -> str:
    """Return the text of an HTML file of the folder."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def files_digest() -> str:
    """Return a digest of every file of the folder, those that are not served by themselves included."""
    digest = sha256()
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in (*_MEDIA_TYPES, ".html"):
            digest.update(f"{path.name}\n{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


@cache
def modules_of(name: str) -> tuple[str, ...]:
    """Return the modules that a module imports statically, and those that these import, nearest first."""
    found = dict.fromkeys([name])
    for one in (queue := [name]):
        imported = _IMPORT.findall(files()[one].body.decode()) if one in files() else []
        new = [other for other in imported if other not in found]
        found |= dict.fromkeys(new)
        queue.extend(new)
    return tuple(one for one in found if one != name)
