"""A check of responses that Schemathesis does not have."""

from typing import Any

import schemathesis

UNDOCUMENTED = {
    "bad_bbox": "the numbers of a box have bounds and an order",
    "bad_encoding": "text has no control characters",
    "bad_form": "a number is written in digits, without an exponent",
    "conflict": "date is short for two other parameters",
    "cursor_of_another_query": "a cursor belongs to its own query",
    "invalid_cursor": "cursors are made by the service",
    "no_such_date": "months have 28 to 31 days, and there is no year 0",
    "nothing_to_search": "what is searched for has a letter, digit or Chinese character in it",
    "not_searchable": "some characters are in no word: emoji, private ones",
    "out_of_order": "date_from is not after date_to",
    "repeated": "a list is not sorted by a key twice",
    "too_many_readings": "only the data defines how many words are read alike",
    "too_many_words": "a search has a few words at most",
    "unknown_value": "only the data defines which ids exist",
    "without_effect": "some parameters need another",
}
"""Reasons to refuse a query that the OpenAPI document allows, by error code."""


@schemathesis.check
def valid_queries_are_refused_only_for_undocumented_reasons(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Fail when a query is refused for a reason that the OpenAPI document could express."""
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for error in response.json()["errors"]:
        assert error["code"] in UNDOCUMENTED, error
        if error["code"] == "unknown_value":
            (parameter,) = (one for one in case.operation.query if one.name == error["parameter"])
            schema = parameter.definition["schema"]
            assert schema.get("items", schema).keys() <= {"type", "minLength", "maxLength", "examples"}, error
