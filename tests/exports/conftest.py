"""The published records of both campaigns, and those by hand."""

import pytest

from app.languages import LANGUAGES, Language
from app.model.codes import Resource
from tests.client import Client
from tests.exports.records import AWKWARD, Record

Records = dict[tuple[Resource, Language], list[Record]]


@pytest.fixture(scope="session")
def records(both: Client) -> Records:
    """Every record of both campaigns in each language, and after them the awkward ones."""
    return {
        (kind, language): both.get(f"/v1/{kind}s?limit=200&lang={language}")["data"] + awkward
        for kind, awkward in AWKWARD.items()
        for language in LANGUAGES
    }
