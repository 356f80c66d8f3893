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
        modules=("app/db/cursors.py", "app/db/keys.py", "app/http/pagination.py"),
        tests=(
            "tests/storage/test_cursors.py",
            "tests/storage/test_keys.py",
            "tests/web/test_queries.py",
            "tests/web/test_walks.py",
        ),
    ),
    "validation": Subject(
        modules=(
            "app/http/limits.py",
            "app/http/param_types.py",
            "app/http/list_params.py",
            "app/http/params.py",
            "app/http/param_values.py",
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
            "app/db/bounded_cache.py",
            "app/http/cache.py",
            "app/http/negotiation.py",
            "app/http/representation.py",
            "app/http/cache_headers.py",
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
            "app/exports/csv.py",
            "app/exports/format.py",
            "app/exports/geojson.py",
            "app/exports/icalendar.py",
            "app/exports/json_ld.py",
            "app/exports/json_lines.py",
            "app/exports/phrases.py",
            "app/exports/points.py",
            "app/exports/xlsx.py",
            "app/http/access_log.py",
            "app/http/errors.py",
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
            "app/build/validate/__init__.py",
            "app/build/validate/dates.py",
            "app/build/validate/evidence.py",
            "app/build/validate/geography.py",
            "app/build/validate/order.py",
            "app/build/validate/references.py",
        ),
        tests=("tests/seeding/test_bad_seeds.py", "tests/seeding/test_check.py"),
        builds=True,
    ),
    "build": Subject(
        modules=(
            "app/build/common/calendar.py",
            "app/build/common/digest.py",
            "app/build/numbering.py",
            "app/build/common/numerals.py",
            "app/build/versions.py",
            "app/build/common/yaml_reader.py",
            "app/db/file.py",
            "app/db/checksum.py",
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
