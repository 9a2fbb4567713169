"""The API's description as a page: rendered here from its OpenAPI schema, for nothing is fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
table{border-collapse:collapse;width:100%}td,th{text-align:start;padding:.2rem .6rem .2rem 0;vertical-align:top}\
code{font-family:ui-monospace,monospace}h2{margin-top:2rem}"
)


def listing(schema: Mapping[str, Any]) -> str:
    """The page: each route with what it takes and what it answers."""
    routes = "".join(
        _route(schema, path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Despatch: the HTTP API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>'
        f"<h1>Despatch: the HTTP API</h1><p>{escape(schema['info']['description'])}</p>"
        f'<p>The same for programs: <a href="/v1/openapi.json">openapi.json</a>.</p>{routes}</main></body></html>'
    )


def _route(schema: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> str:
    taken = [
        (each["name"], each["schema"], each.get("required", False), each.get("description", ""))
        for each in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    takes = _table(schema, [*taken, *(_fields(schema, body) if body else ())])
    return (
        f"<h2><code>{method.upper()} /v1{escape(path)}</code></h2><p>{escape(operation.get('description', ''))}</p>"
        f"{'<h3>Takes</h3>' + takes if takes else ''}<h3>Answers</h3>{_table(schema, _fields(schema, answer))}"
    )


Field = tuple[str, Mapping[str, Any], bool, str]


def _fields(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Iterable[Field]:
    resolved = _resolved(schema, part)
    required = resolved.get("required", ())
    return [
        (name, kind, name in required, kind.get("description", ""))
        for name, kind in resolved.get("properties", {}).items()
    ]


def _table(schema: Mapping[str, Any], fields: Iterable[Field]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_kind(kind))}{'' if required else ', optional'}</td>"
        f"<td>{escape(about)}</td></tr>"
        for name, kind, required, about in fields
    )
    return f"<table><tr><th>name</th><th>type</th><th></th></tr>{rows}</table>" if rows else ""


def _kind(kind: Mapping[str, Any]) -> str:
    if "anyOf" in kind:
        return " or ".join(_kind(each) for each in kind["anyOf"])
    if "$ref" in kind:
        return str(kind["$ref"]).rpartition("/")[2]
    if "items" in kind:
        return f"list of {_kind(kind['items'])}"
    return " or ".join(map(str, kind["enum"])) if "enum" in kind else str(kind.get("type", "anything"))


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    name = part.get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else part
