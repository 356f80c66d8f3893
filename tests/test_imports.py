"""Imports go one way: from the command line down to the settings. A server does not load libraries of the build."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app"
MODULES = {".".join(file.relative_to(APP).with_suffix("").parts): file for file in sorted(APP.rglob("*.py"))}

PARTS = {
    "table": "table",
    "schema": "schema",
    "summary": "schema",
    "snapshot": "schema",
    "formats": "formats",
    "linked_data": "formats",
    "filters": "params",
    "parts": "params",
    "spans": "spans",
    "params": "params",
    "bundle": "routes",
    "routes": "routes",
    "document": "document",
    "transform": "transform",
}
"""The part of a resource that each module in its folder belongs to."""

BASE = {"settings", "languages", "messages"}
MACHINES = {"db", "fulltext", "exports", "model", *BASE}
MAY_IMPORT = {
    "settings": set(),
    "locales": set(),
    "languages": {"locales"},
    "messages": {"locales", "languages"},
    "options": {"settings"},
    "model": BASE,
    "db": {"fulltext", "model", *BASE},
    "fulltext": {"model", *BASE},
    "exports": {"model", *BASE},
    "http": MACHINES,
    "server": {"http", *MACHINES},
    "endpoints": {"http", "resources", "resources.schema", *MACHINES},
    "resources": {"resources.schema", "resources.formats", "resources.params", *MACHINES},
    "resources.table": {"model", *BASE},
    "resources.spans": set(),
    "resources.schema": {"resources.schema", "model", *BASE},
    "resources.formats": {"resources.schema", "exports", "model", *BASE},
    "resources.params": {"resources", "resources.spans", "resources.schema", "http", *MACHINES},
    "resources.routes": {"resources", "resources.params", "resources.schema", "resources.formats", "http", *MACHINES},
    "resources.document": {"build.common", "model", *BASE},
    "resources.transform": {
        *("resources.document", "resources.schema", "resources.table", "resources.spans", "build.common", *MACHINES)
    },
    "build.common": {"db", "fulltext", "model", *BASE},
    "build": {
        *("build.common", "resources", "resources.document", "resources.transform", "options", *MACHINES),
        *("resources.table", "resources.schema", "resources.formats"),
    },
    "main": {"server", "endpoints", "resources", "resources.routes", "http", "locales", *MACHINES},
    "__main__": {"main", "server", "http", "options", *MACHINES},
}
"""The packages that the modules of a package may import, beside their own. `resources` is what the resources share,
their registry; `build` is the pipeline, which runs in a process of its own."""

OTHER_RESOURCES = {
    "table": set(),
    "spans": set(),
    "schema": {"sources.schema", "locations.schema", "outcomes.schema"},
    "formats": set(),
    "params": {"*.params"},
    "routes": set(),
    "document": {"*.document"},
    "transform": {"*.schema", "*.table", "*.document"},
}
"""The parts of other resources that a part of a resource may import."""

ANY_SCHEMA = "resources.campaigns.snapshot"
"""The database of a campaign has the records of all resources."""

HTTP_LIBRARIES = ("fastapi", "starlette", "uvicorn")
WITH_HTTP = {"__main__", "main", "server", "endpoints", "http", "resources.routes"}
LOCAL_IMPORTS = {"prometheus_client", "icalendar", "xlsxwriter"}
"""The only libraries that functions import: most processes never need them."""


def package_of(module: str) -> str:
    """Return the package of a module as MAY_IMPORT names it."""
    first, *rest = module.split(".")
    if first == "resources" and len(rest) == 2 and rest[1] != "__init__":
        return f"resources.{PARTS[rest[1]]}"
    return "build.common" if first == "build" and rest[:1] == ["common"] else first


@cache
def syntax_tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[str]:
    """Return the full names that a module imports, anywhere in it."""
    for node in ast.walk(syntax_tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_modules(module: str) -> set[str]:
    """Return the modules of the application that a module imports, without the name of the application."""
    found = set()
    for name in imports(module):
        first, *rest = name.split(".")
        if first == "app" and rest != ["__version__"]:
            prefixes = (".".join(rest[:count]) for count in range(len(rest), 0, -1))
            found.add(next(one for one in prefixes if one in MODULES or f"{one}.__init__" in MODULES))
    return found


def is_allowed(module: str, imported: str) -> bool:
    """Return whether the rules allow an import."""
    package, other = package_of(module), package_of(imported)
    if package == other and not package.startswith("resources."):
        return True
    if module.startswith("resources.") and imported.startswith("resources.") and "." in other:
        (_, resource, *_), (_, other_resource, *_) = module.split("."), imported.split(".")
        if package == "resources":
            return other in MAY_IMPORT[package]
        part, other_part = package.partition(".")[2], other.partition(".")[2]
        if resource == other_resource:
            return package == other or other in MAY_IMPORT[package]
        allowed = {"*.schema"} if module == ANY_SCHEMA else OTHER_RESOURCES[part]
        return f"*.{other_part}" in allowed or f"{other_resource}.{other_part}" in allowed
    return other in MAY_IMPORT[package]


def test_every_package_has_a_rule() -> None:
    assert {package_of(module) for module in MODULES} - {"__init__"} <= MAY_IMPORT.keys()


def test_the_rules_have_no_circle() -> None:
    left = {name: {other for other in below if other != name} for name, below in MAY_IMPORT.items()}
    # The registry is made of the filters of each resource; its lists are what their parameters are of.
    left["resources"].discard("resources.params")
    while left:
        ready = [name for name, below in left.items() if not below & left.keys()]
        assert ready, left
        for name in ready:
            del left[name]


def test_imports_go_one_way() -> None:
    modules = MODULES.keys() - {"__init__"}
    assert {
        (module, one) for module in modules for one in imported_modules(module) if not is_allowed(module, one)
    } == set()


def test_only_the_http_packages_import_http_libraries() -> None:
    modules = [module for module in MODULES if package_of(module) not in WITH_HTTP]
    imported = {(module, name.split(".")[0]) for module in modules for name in imports(module)}
    assert {(module, name) for module, name in imported if name in HTTP_LIBRARIES} == set()


def test_imports_stand_at_the_top_of_a_module() -> None:
    local = {
        (module, name.split(".")[0])
        for module in MODULES
        for node in ast.walk(syntax_tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        for name in ([one.name for one in inner.names] if isinstance(inner, ast.Import) else [str(inner.module)])
    }
    assert {(module, name) for module, name in local if name not in LOCAL_IMPORTS} == set()


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("http.params", "resources.events.params"),
        ("db.records", "http.params"),
        ("resources.events.table", "resources.locations.table"),
        ("resources.locations.schema", "resources.events.schema"),
        ("resources.events.routes", "resources.outcomes.params"),
        ("resources.events.params", "resources.locations.document"),
        ("resources.events.document", "build.pipeline"),
        ("build.pipeline", "resources.events.routes"),
        ("languages", "settings"),
        ("server.protocol", "main"),
    ],
)
def test_a_forbidden_import_is_refused(module: str, imported: str) -> None:
    assert imported in MODULES
    assert not is_allowed(module, imported)


LAZY_LIBRARIES = {
    *("ruamel", "opencc", "pypinyin", "alembic", "sqlalchemy", "sqlmodel"),
    *("icalendar", "xlsxwriter", "prometheus_client"),
}
"""Needed by builds, some exports or /metrics only; a loaded library stays in memory."""

SERVE = """
import sys
from pathlib import Path

import app.__main__
from app.main import create_app
from app.settings import Settings
from tests.client import Client

client = Client(create_app(Settings(data=Path(sys.argv[1]))))
for target in sys.argv[2:]:
    assert client.request(target).status_code == 200, target
    print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
LOADED_BY = {
    "/v1/events?q=maiji&facet=kind": set(),
    "/v1/locations/maiji": set(),
    "/v1/events.csv": set(),
    "/openapi.json": set(),
    "/readyz": set(),
    "/metrics": {"prometheus_client"},
    "/v1/events.ics": {"icalendar"},
    "/v1/events.xlsx": {"xlsxwriter"},
}
"""The lazy libraries that a server loads for each of these requests, sent one after another."""


def test_a_server_loads_a_library_when_it_is_needed(tianshui_database: Path) -> None:
    command = (sys.executable, "-c", SERVE, str(tianshui_database), *LOADED_BY)
    result = subprocess.run(command, cwd=APP.parent, capture_output=True, text=True, timeout=60, check=True)
    packages = [set(line.split()) for line in result.stdout.splitlines()]
    assert {"app", "fastapi", "uvicorn"} <= packages[0]
    before = [set(), *packages]
    assert [(after - earlier) & LAZY_LIBRARIES for after, earlier in zip(packages, before, strict=False)] == [
        *LOADED_BY.values()
    ]
