"""Clients that generators for TypeScript make: compiled with all checks, and run on Node.js against a real server."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.conftest import Service, find, needs, run
from tests.clients.expected import expected

SOURCES = Path(__file__).parent / "typescript"
MODULES = SOURCES / "node_modules"

pytestmark = [
    needs("node"),
    pytest.mark.skipif(
        not MODULES.is_dir(), reason="the packages of Node.js are missing; bash .ci/clients installs them"
    ),
]

Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path, service: Service, openapi: Path) -> Project:
    """Makes a project of these files, with the OpenAPI document beside them."""

    def make(*names: str) -> Path:
        (tmp_path / "node_modules").symlink_to(MODULES)
        shutil.copyfile(openapi, tmp_path / "openapi.json")
        for name in (*names, "result.ts", "tsconfig.json"):
            text = (SOURCES / name).read_text("utf-8").replace("BASE", service.address)
            (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
        return tmp_path

    return make


def node(module: str, *arguments: str, cwd: Path) -> str:
    """Run a program of a package."""
    return run([cwd / "node_modules" / ".bin" / module, *arguments], cwd)


def check(project: Path, main: str, service: Service) -> None:
    """Compile a client under all checks and run it; its result must be that of the service's own responses."""
    node("tsc", "--project", ".", cwd=project)
    node("esbuild", f"{main}.ts", "--bundle", "--format=esm", "--platform=node", "--outfile=built.mjs", cwd=project)
    result = json.loads(run(["node", "built.mjs"], project).splitlines()[-1])
    result["csv"] = result["csv"].removeprefix("\ufeff")
    assert result == expected(service)


def untyped(source: str) -> list[str]:
    """Return the lines of generated types that have `any` or `unknown`."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"|'[^'\n]*'", "", source, flags=re.DOTALL)
    # The headers of a response may always be others too: openapi-typescript adds this member to them.
    code = code.replace("[name: string]: unknown;", "")
    # A member of a code may have this name.
    return [line.strip() for line in code.splitlines() if re.search(r"\b(any|unknown)\b(?!:)", line)]


def test_openapi_typescript_with_openapi_fetch(project: Project, service: Service) -> None:
    folder = project("openapi_fetch.ts")
    log = node("openapi-typescript", "openapi.json", "--output", "generated/schema.ts", cwd=folder)
    assert "warn" not in log.lower()
    assert untyped((folder / "generated" / "schema.ts").read_text("utf-8")) == []
    check(folder, "openapi_fetch", service)


def test_hey_api(project: Project, service: Service) -> None:
    folder = project("hey_api.ts")
    log = node("openapi-ts", "--input", "openapi.json", "--output", "generated", cwd=folder)
    assert "warn" not in log.lower()
    types = (folder / "generated" / "types.gen.ts").read_text("utf-8")
    assert untyped(types) == []
    names = set(re.findall(r"^export type (\w+) =", types, re.MULTILINE))
    assert service.openapi["components"]["schemas"].keys() <= names
    check(folder, "hey_api", service)


def test_orval_with_zod(project: Project, service: Service) -> None:
    folder = project("orval.ts", "fetcher.ts", "orval.config.cjs")
    log = node("orval", "--config", "orval.config.cjs", cwd=folder)
    assert "warn" not in log.lower()
    assert untyped((folder / "generated" / "client.ts").read_text("utf-8")) == []
    schemas = (folder / "generated" / "zod.ts").read_text("utf-8")
    assert not re.search(r"zod\.(any|unknown|bigint)\(", schemas)
    check(folder, "orval", service)


def test_no_schema_has_the_name_of_a_global_of_browsers(service: Service) -> None:
    library = (MODULES / "typescript" / "lib" / "lib.dom.d.ts").read_text("utf-8")
    globals_ = set(re.findall(r"^(?:interface|declare var|type|declare function) (\w+)", library, re.MULTILINE))
    assert {"Event", "Location", "Text"} <= globals_
    assert not service.openapi["components"]["schemas"].keys() & globals_
    assert find("node")
