"""Imports go one way: from the command line down to the settings. What only a build needs, a server never loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
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
"""What each module in the folder of a resource is."""

BASE = {"settings", "languages"}
MACHINES = {"db", "fulltext", "exports", "model", *BASE}
MAY_IMPORT = {
    "settings": set(),
    "locales": set(),
    "languages": {"locales"},
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

every_module = pytest.mark.parametrize("module", MODULES)


def package_of(module: str) -> str:
    """Return the package of a module as MAY_IMPORT names it."""
    first, *rest = module.split(".")
    if first == "resources" and len(rest) == 2 and rest[1] != "__init__":
        return f"resources.{PARTS[rest[1]]}"
    return "build.common" if first == "build" and rest[:1] == ["common"] else first


def imports(module: str) -> Iterator[str]:
    """Return the full names that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
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


@every_module
def test_imports_go_one_way(module: str) -> None:
    broken = {(module, one) for one in imported_modules(module) if module != "__init__" and not is_allowed(module, one)}
    assert broken == set()


@every_module
def test_what_knows_no_http_imports_none(module: str) -> None:
    if package_of(module) not in WITH_HTTP:
        assert [name for name in imports(module) if name.split(".")[0] in HTTP_LIBRARIES] == []


@every_module
def test_no_import_hides_inside_a_function(module: str) -> None:
    hidden = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        for name in ([one.name for one in inner.names] if isinstance(inner, ast.Import) else [str(inner.module)])
    }
    assert hidden <= LOCAL_IMPORTS


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
def test_the_rules_refuse_what_they_should(module: str, imported: str) -> None:
    assert imported in MODULES
    assert not is_allowed(module, imported)


BUILD_LIBRARIES = {"ruamel", "opencc", "pypinyin", "alembic", "sqlalchemy", "sqlmodel", "icalendar", "xlsxwriter"}
SERVE = """
import sys
from pathlib import Path

from app.main import create_app
from app.settings import Settings
from tests.client import Client

client = Client(create_app(Settings(data=Path(sys.argv[1]))))
for target in sys.argv[2:]:
    assert client.request(target).status_code == 200, target
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def loaded_after(data: Path, *targets: str) -> set[str]:
    """Return the packages that a new process has loaded when it has served some requests."""
    command = (sys.executable, "-c", SERVE, str(data), *targets)
    result = subprocess.run(command, cwd=APP.parent, capture_output=True, text=True, timeout=60, check=True)
    return set(result.stdout.split())


def test_a_server_loads_no_library_of_the_build(tianshui_database: Path) -> None:
    targets = ("/v1/events?q=maiji&facet=kind", "/v1/locations/maiji", "/v1/events.csv", "/openapi.json", "/readyz")
    loaded = loaded_after(tianshui_database, *targets)
    assert {"app", "fastapi", "sqlite3"} <= loaded
    assert loaded & {*BUILD_LIBRARIES, "prometheus_client"} == set()
    assert "prometheus_client" in loaded_after(tianshui_database, "/metrics")


@pytest.mark.parametrize(("extension", "library"), [("ics", "icalendar"), ("xlsx", "xlsxwriter")])
def test_an_export_loads_its_own_library(tianshui_database: Path, extension: str, library: str) -> None:
    assert loaded_after(tianshui_database, f"/v1/events.{extension}") & BUILD_LIBRARIES == {library}
