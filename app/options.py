"""Shared by the command lines of the server and of the build: settings as options, and their messages."""

import argparse
import difflib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.settings import PREFIX, Settings, is_set_by_kubernetes

_METAVARS = {int: "NUMBER", Path: "PATH", str: "TEXT"}
_PUBLIC = "https://data.example.org/api"

EDITING = {
    "check": "check the seeds and print every fault",
    "build": "build the database from the seeds",
    "verify-source": "compare the seeds with the text of the original page",
    "schema": "print the JSON Schema of a document, for editors",
}
"""The commands of `app.build`, each with its help. They run in a process of their own, so that the server does not load
the large dictionaries of scripts and pinyin."""


def read_settings() -> tuple[Settings, list[str]]:
    """Return the settings of the environment and a line for each invalid one; with invalid ones, all have defaults.

    So a parser can be made and print its help. Variables of Kubernetes are removed, with a warning.
    """
    ignored = sorted(variable for variable, value in os.environ.items() if is_set_by_kubernetes(variable, value))
    if ignored:
        report(f"{', '.join(ignored)}: ignored, as Kubernetes sets this for a service; see enableServiceLinks")
    for variable in ignored:
        # The processes that this one starts need no warning.
        del os.environ[variable]
    faults = list(_unknown_variables())
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [f"{_variable(details)}: {_wrong(details)}" for details in error.errors()]
    return (Settings.model_construct() if faults else settings), faults


def read_options(settings: Settings, options: Mapping[str, Any]) -> Settings | None:
    """Return the settings with options in place of the environment's; prints invalid ones and then returns None."""
    overrides = {name: value for name, value in options.items() if name in Settings.model_fields}
    try:
        return Settings.model_validate(settings.model_dump() | overrides)
    except ValidationError as error:
        for details in error.errors():
            report(f"--{details['loc'][0]}: {_wrong(details)}")
        return None


def _unknown_variables() -> Iterator[str]:
    known = [name.upper() for name in Settings.model_fields]
    for variable in sorted(os.environ):
        name = variable.upper().removeprefix(PREFIX)
        if variable.upper().startswith(PREFIX) and name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"; the nearest is {PREFIX}{nearest[0]}" if nearest else ""
            yield f"{variable}: there is no such setting{hint}"


def _variable(details: ErrorDetails) -> str:
    """Return the name of a variable as it is set, in any case and for the port without our prefix too."""
    name = str(details["loc"][0]).upper()
    found = {variable.upper(): variable for variable, value in os.environ.items() if value}
    # A setting that another one requires is not set.
    return found.get(f"{PREFIX}{name}") or found.get(name) or f"{PREFIX}{name}"


def _wrong(details: ErrorDetails) -> str:
    """Return the message about an invalid setting: the valid values, and the value that was set."""
    match Settings.model_json_schema()["properties"][details["loc"][0]]:
        case {"type": "integer", "minimum": low, "maximum": high}:
            right = f"must be a whole number from {low} to {high}"
        case {"type": "number", "exclusiveMinimum": low, "maximum": high}:
            right = f"must be a number above {low:g} and at most {high:g}"
        case {"type": "boolean"}:
            right = "must be true or false"
        case {"anyOf": [{"format": "uri"}, *_]}:
            right = f"must be an http or https URL such as {_PUBLIC}, without a query or a user"
        case {"enum": [*values]}:
            right = f"must be {' or '.join(values)}"
        case _:
            right = details["msg"]
    return right if details["input"] is None else f"{right} (it is {details['input']!r})"


class Parser(argparse.ArgumentParser):
    """A parser of a command line; what it prints may be cut off too."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the process, as after `--help`."""
        output("", end="")
        super().exit(status, message)


def add_options(parser: argparse.ArgumentParser, settings: Settings, *names: str) -> None:
    """Add settings as options of a command."""
    for name in names:
        field, default = Settings.model_fields[name], getattr(settings, name)
        type_ = next(type_ for type_ in _METAVARS if type_ in (field.annotation, *get_args(field.annotation)))
        shown = f" [default: {default}]" if default is not None else ""
        # `read_options` parses numbers, as those of the environment.
        parser.add_argument(
            f"--{name}",
            type=Path if type_ is Path else str,
            default=default,
            metavar=_METAVARS[type_],
            help=f"{field.description}{shown}",
        )


def output(text: str, end: str = "\n") -> None:
    """Print to standard output, or exit with 1. A reader that has gone, such as `head`, is not a failure."""
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        # The interpreter writes what is left when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            sys.exit(f"standard output cannot be written: {error.strerror}")


def report(line: str) -> None:
    """Print a message to standard error in one write: a signal may stop a build between two writes."""
    print(f"{line}\n", end="", file=sys.stderr, flush=True)
