"""What is put to the test: the modules of each subject, and the tests that should notice what changes in them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """Modules that the same tests are the tests of."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    builds: bool = False
    """Whether the modules make the snapshots that tests share, which are then made anew for each mutant."""


SUBJECTS = {
    "cursors": Subject(
        modules=("app/storage/cursors.py", "app/storage/keys.py", "app/web/walks.py"),
        tests=(
            "tests/storage/test_cursors.py",
            "tests/storage/test_keys.py",
            "tests/web/test_queries.py",
            "tests/web/test_walks.py",
        ),
    ),
    "validation": Subject(
        modules=(
            "app/web/bounds.py",
            "app/web/filters.py",
            "app/web/lists.py",
            "app/web/queries.py",
            "app/web/values.py",
        ),
        tests=(
            "tests/resources/test_filters.py",
            "tests/resources/test_search.py",
            "tests/test_contract.py",
            "tests/web/test_bounds.py",
            "tests/web/test_openapi.py",
            "tests/web/test_queries.py",
        ),
    ),
    "settings": Subject(
        modules=("app/settings.py",),
        tests=("tests/test_settings.py", "tests/seeding/test_command_line.py", "tests/web/test_http.py"),
    ),
    "caching": Subject(
        modules=(
            "app/storage/memo.py",
            "app/web/kept.py",
            "app/web/negotiation.py",
            "app/web/representation.py",
            "app/web/validators.py",
        ),
        tests=(
            "tests/storage/test_memo.py",
            "tests/web/test_http.py",
            "tests/web/test_kept.py",
            "tests/web/test_representation.py",
        ),
    ),
    "escaping": Subject(
        modules=(
            "app/formats/csv.py",
            "app/formats/format.py",
            "app/formats/geojson.py",
            "app/formats/icalendar.py",
            "app/formats/json_ld.py",
            "app/formats/json_lines.py",
            "app/formats/phrases.py",
            "app/formats/points.py",
            "app/formats/xlsx.py",
            "app/web/access_log.py",
            "app/web/problems.py",
        ),
        tests=(
            "tests/formats",
            "tests/web/test_access_log.py",
            "tests/web/test_http.py",
            "tests/web/test_problems.py",
        ),
    ),
    "checks": Subject(
        modules=(
            "app/seeding/checks/__init__.py",
            "app/seeding/checks/dates.py",
            "app/seeding/checks/evidence.py",
            "app/seeding/checks/geography.py",
            "app/seeding/checks/order.py",
            "app/seeding/checks/references.py",
        ),
        tests=("tests/seeding/test_bad_seeds.py", "tests/seeding/test_check.py"),
        builds=True,
    ),
    "build": Subject(
        modules=(
            "app/seeding/calendar.py",
            "app/seeding/digesting.py",
            "app/seeding/numbering.py",
            "app/seeding/numerals.py",
            "app/seeding/sealing.py",
            "app/seeding/yaml_text.py",
            "app/storage/files.py",
            "app/storage/seals.py",
        ),
        tests=(
            "tests/seeding/test_bad_seeds.py",
            "tests/seeding/test_building.py",
            "tests/seeding/test_calendar.py",
            "tests/seeding/test_check.py",
            "tests/seeding/test_loading.py",
            "tests/seeding/test_numerals.py",
            "tests/seeding/test_yaml_text.py",
            "tests/storage/test_seals.py",
            "tests/storage/test_snapshot.py",
        ),
        builds=True,
    ),
}
"""Words are not put to the test, neither those of the columns (`app/formats/columns`) nor of the manual."""
