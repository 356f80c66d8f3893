"""The models that openapi-generator makes for phones: names, enums and nullability, without a compiler for them."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.clients.conftest import needs, run

pytestmark = needs("java", "openapi-generator-cli")

Fields = dict[str, tuple[str, bool]]
"""The type of each field, and whether it can be null, by the field's name in JSON."""


def kotlin(source: str) -> Fields:
    found = re.findall(r'@SerializedName\("([^"]+)"\)\s+val `?\w+`?: ([\w.<>]+)(\??)', source)
    return {name: (type_, bool(null)) for name, type_, null in found}


def swift(source: str) -> Fields:
    names = dict(re.findall(r'case (\w+) = "([^"]+)"', source.partition("CodingKeys")[2]))
    found = re.findall(r"public var (\w+): ([\w\[\]:. ]+)(\??)", source)
    return {names.get(name, name): (type_, bool(null)) for name, type_, null in found}


def dart(source: str) -> Fields:
    found = re.findall(r"@BuiltValueField\(wireName: r'([^']+)'\)\s+([\w<>, ]+?)(\??) get ", source)
    return {name: (type_, bool(null)) for name, type_, null in found}


def java(source: str) -> Fields:
    pattern = (
        r'SERIALIZED_NAME_\w+ = "([^"]+)";\s+@SerializedName\(\w+\)\s+@[\w.]+\.(Nullable|Nonnull)\s+private ([\w.<>]+)'
    )
    return {name: (type_, null == "Nullable") for name, null, type_ in re.findall(pattern, source)}


class Target(NamedTuple):
    """A language, and how its models are read."""

    generator: str
    options: str
    models: str
    fields: Callable[[str], Fields]
    """Returns the fields of a model."""
    untyped: str
    """The types of values that have none, as a pattern."""
    chooses: str
    """What the code of a union has for each member, which it is read as."""
    warnings: tuple[str, ...] = ()
    """Warnings about what is right in the document."""


TARGETS = (
    # Only with wrappers, which need Gson, does Kotlin have a type for a union.
    Target(
        "kotlin",
        "serializationLibrary=gson,generateOneOfAnyOfWrappers=true",
        "src/main/kotlin/org/openapitools/client/models/*.kt",
        kotlin,
        r"kotlin\.Any|\bAny\b",
        "{model}.validateJsonElement(jsonElement)",
    ),
    # The constant `type` of GeoJSON is an enum with one value, and Swift reserves the name.
    Target(
        *("swift6", "", "Sources/OpenAPIClient/Models/*.swift", swift, r"JSONValue|AnyCodable|\bAny\b"),
        chooses="self = .type{model}(try {model}(from: decoder))",
        warnings=("Type (reserved word) cannot be used as model name. Renamed to ModelType",),
    ),
    # The generator `dart` makes one class of a union's members; `dart-dio` keeps the union.
    Target("dart-dio", "", "lib/src/model/*.dart", dart, r"JsonObject|dynamic|\bObject\b", "r'{value}': {model},"),
    Target(
        *("java", "", "src/main/java/org/openapitools/client/model/*.java", java, r"\bObject\b"),
        chooses="{model}.validateJsonElement(jsonElement)",
    ),
)


def snake(name: str) -> str:
    """Return the name of a model's file in Dart."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.generator)
def test_models(target: Target, openapi: Path, service: Any, tmp_path: Path) -> None:
    options = ["--additional-properties", target.options] if target.options else []
    command: list[str | Path] = [
        "openapi-generator-cli",
        "generate",
        "-g",
        target.generator,
        "-i",
        openapi,
        "-o",
        tmp_path,
        *options,
    ]
    log = run(command, tmp_path)
    warnings = [line.partition(" - ")[2] for line in log.splitlines() if re.search(r"\b(WARN|ERROR)\b", line)]
    assert [
        line for line in warnings if not line.startswith("OpenAPI 3.1 support is still") and line not in target.warnings
    ] == []
    models = {file.stem: file.read_text("utf-8") for file in tmp_path.glob(target.models)}
    schemas = service.openapi["components"]["schemas"]
    for name, schema in schemas.items():
        source = models[snake(name) if target.generator == "dart-dio" else name]
        if "enum" in schema:
            missing = [value for value in schema["enum"] if not re.search(f"[\"']{re.escape(value)}[\"']", source)]
            assert missing == [], name
        elif "oneOf" in schema:
            for value, one in schema["discriminator"]["mapping"].items():
                assert target.chooses.format(value=value, model=one.rpartition("/")[2]) in source, name
        else:
            fields = target.fields(source)
            assert {field: null for field, (_, null) in fields.items()} == dict(_nullable(schema)), name
            untyped = {field: type_ for field, (type_, _) in fields.items() if re.search(target.untyped, type_)}
            assert untyped == {}, name


def _nullable(schema: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for name, field in schema["properties"].items():
        yield name, name not in schema.get("required", ()) or {"type": "null"} in field.get("anyOf", ())
