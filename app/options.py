"""What the two command lines share, that of the server and that of the editors: settings that are options too."""

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from app.settings import Settings

PREFIX = "CAMPAIGN_API_"

EDITING = {
    "check": "check the seeds and print every fault",
    "build": "build the snapshot from the seeds",
    "verify-source": "hold the seeds against the original page's text",
    "schema": "print the JSON Schema of a document, for editors",
}
"""The commands of `app.seeding`, each with what it does. They run in a process of their own, since what they load is
large: a server that builds is not to carry the dictionaries of scripts and sounds for ever after."""


def read_settings() -> Settings | None:
    """Read the settings from the environment; prints what is wrong with them and gives None where they cannot be."""
    try:
        return Settings()
    except ValidationError as error:
        for details in error.errors():
            name = f"{PREFIX}{'_'.join(map(str, details['loc'])).upper()}"
            report(f"{name}: {details['msg']} (it is {details['input']!r})")
        return None


def add_option(parser: argparse.ArgumentParser, settings: Settings, name: str, type_: type = str) -> None:
    """Make a setting an option of a command too."""
    default = getattr(settings, name)
    metavar = {int: "NUMBER", Path: "PATH"}.get(type_, "TEXT")
    shown = f" [default: {default}]" if default is not None else ""
    described = f"{Settings.model_fields[name].description}{shown}"
    parser.add_argument(f"--{name}", type=type_, default=default, metavar=metavar, help=described)


def report(line: str) -> None:
    """Tell a person something that is no result."""
    print(line, file=sys.stderr, flush=True)
