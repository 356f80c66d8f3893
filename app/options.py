"""What the two command lines share, that of the server and that of the editors: settings that are options too."""

import argparse
import difflib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.settings import Settings

PREFIX = "CAMPAIGN_API_"
_PUBLIC = "https://data.example.org/api"

EDITING = {
    "check": "check the seeds and print every fault",
    "build": "build the snapshot from the seeds",
    "verify-source": "hold the seeds against the original page's text",
    "schema": "print the JSON Schema of a document, for editors",
}
"""The commands of `app.build`, each with what it does. They run in a process of their own, since what they load is
large: a server that builds is not to carry the dictionaries of scripts and sounds for ever after."""


def read_settings() -> Settings | None:
    """Read the settings from the environment; prints a line for each mistake and gives None where there is one."""
    faults = list(_unknown_variables())
    settings = None
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [f"{_variable(details)}: {_wrong(details)}" for details in error.errors()]
    for fault in faults:
        report(fault)
    return None if faults else settings


def read_options(settings: Settings, options: Mapping[str, Any]) -> Settings | None:
    """Put options in the place of the environment's settings; prints mistakes and gives None likewise."""
    given = {name: value for name, value in options.items() if name in Settings.model_fields}
    try:
        return Settings.model_validate(settings.model_dump() | given)
    except ValidationError as error:
        for details in error.errors():
            report(f"--{details['loc'][0]}: {_wrong(details)}")
        return None


def _unknown_variables() -> Iterator[str]:
    known = [name.upper() for name in Settings.model_fields]
    for variable in sorted(os.environ):
        name = variable.upper().removeprefix(PREFIX)
        if variable.upper().startswith(PREFIX) and name not in known:
            (nearest,) = difflib.get_close_matches(name, known, n=1, cutoff=0)
            yield f"{variable}: there is no such setting; the nearest is {PREFIX}{nearest}"


def _variable(details: ErrorDetails) -> str:
    """Name a variable as it is set, in whatever case."""
    name = f"{PREFIX}{details['loc'][0]}".upper()
    return next(variable for variable in os.environ if variable.upper() == name)


def _wrong(details: ErrorDetails) -> str:
    """Say what would be right, and what there is."""
    match Settings.model_json_schema()["properties"][details["loc"][0]]:
        case {"type": "integer", "minimum": least, "maximum": most}:
            right = f"must be a whole number from {least} to {most}"
        case {"type": "number", "exclusiveMinimum": less, "maximum": most}:
            right = f"must be a number above {less:g}, {most:g} at most"
        case {"type": "boolean"}:
            right = "must be true or false"
        case {"anyOf": [{"format": "uri"}, *_]}:
            right = f"must be an address such as {_PUBLIC}, of http or https, without a query or a user"
        case _:
            right = details["msg"]
    return f"{right} (it is {details['input']!r})"


def add_option(parser: argparse.ArgumentParser, settings: Settings, name: str, type_: type = str) -> None:
    """Make a setting an option of a command too."""
    default = getattr(settings, name)
    metavar = {int: "NUMBER", Path: "PATH"}.get(type_, "TEXT")
    shown = f" [default: {default}]" if default is not None else ""
    described = f"{Settings.model_fields[name].description}{shown}"
    parser.add_argument(f"--{name}", type=type_, default=default, metavar=metavar, help=described)


def report(line: str) -> None:
    """Tell a person something that is no result, in one piece: a signal may stop a build between two."""
    print(f"{line}\n", end="", file=sys.stderr, flush=True)
