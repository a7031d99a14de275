"""The JSON Schema of a deck file, from the model, as editors like it: for completion, hover and snippets.

How the YAML language server of VS Code and others reads it: `yamlCompletion.ts` and `yamlHover.ts` of
redhat-developer/yaml-language-server. It offers what stands in an `enum`, also in one branch of an `anyOf`
whose other branch takes any text; it offers a `default` and `examples` too, so that only those worth it stay.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deckwright.deck.model import Deck, Note

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOTHING: tuple[object, ...] = (None, "", [])
# The snippets of each part: what they are called, and the keys that they write.
_SNIPPETS: dict[str, dict[str, tuple[str, ...]]] = {
    "Deck": {"deck": ("deck", "notes"), "deck with a scene and sections": ("deck", "scene", "sections")},
    "Section": {"section": ("notes",), "section with a scene of its own": ("scene", "notes")},
    "Note": {
        "note": ("fact", "mnemonic"),
        "note with question and explanation": ("fact", "mnemonic", "ask", "explanation"),
    },
}


def json_schema(symbols: Iterable[str] = (), codes: Iterable[str] = ()) -> dict[str, Any]:
    """Return the JSON Schema (draft-07) of a deck file.

    Editors complete a note's `symbol` from *symbols*, and `ignore` from *codes*; other texts stay allowed.
    """
    schema = Deck.model_json_schema(ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs")
    region = definitions["Region"]
    region["items"] = region.pop("prefixItems")  # pydantic writes 2020-12, where draft-07 says `items`
    for name, part in (("Deck", schema), *definitions.items()):
        part.pop("title", None)
        if name in _SNIPPETS:
            part["defaultSnippets"] = [_snippet(*snippet) for snippet in _SNIPPETS[name].items()]
        for key, inner in part.get("properties", {}).items():
            part["properties"][key] = _dressed(key, inner)
    _suggest(definitions["Note"]["properties"]["symbol"], symbols)
    _suggest(schema["properties"]["ignore"], codes)
    schema["properties"]["sections"]["defaultSnippets"] = [_snippet("section", ("sections",))]
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema, "definitions": definitions}


def _dressed(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a key as it is to be shown: with what it is, its default, and an example.

    A key without a value counts as left out, but is hardly meant; `null` is no value of any.
    """
    forms = list(_forms(schema))
    plain = forms[0] if len(forms) == 1 else {"anyOf": forms}
    told = {name: schema[name] for name in ("description", "default") if schema.get(name) not in _NOTHING}
    words = [f"{told['description']}."]
    if "default" in told:
        words.append(f"Without it: `{json.dumps(told['default'])}`.")
    words += [f"```yaml\n{key}: {_written(example)}\n```" for example in schema.get("examples", ())]
    return {**plain, **told, "markdownDescription": "\n\n".join(words)}


def _forms(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the forms that a value may have, those within forms included."""
    if "anyOf" not in schema:
        kept = {name: value for name, value in schema.items() if name not in ("title", "default", "examples")}
        for inner in ("items", "additionalProperties"):
            kept |= {inner: _bare(kept[inner])} if isinstance(kept.get(inner), dict) else {}
        return [] if kept == {"type": "null"} else [kept]
    return [form for one in schema["anyOf"] for form in _forms(one)]


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    forms = _forms(schema)
    return forms[0] if len(forms) == 1 else {"anyOf": forms}


def _written(example: Any) -> str:
    """Write an example as YAML; one of words needs no quotes."""
    return example if isinstance(example, str) else json.dumps(example)


def _suggest(schema: dict[str, Any], values: Iterable[str]) -> None:
    """Offer *values* first for a text, or for each text of a list."""
    names = list(dict.fromkeys(values))
    if names:
        forms = _forms({name: schema.pop(name) for name in ("anyOf", "type", "pattern") if name in schema})
        for form in forms:
            if "items" in form:
                form["items"] = {"anyOf": [{"enum": names}, form["items"]]}
        schema["anyOf"] = [{"enum": names}, *forms]


def _snippet(label: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """Return a snippet that writes *keys*, with their examples to be typed over one after the other.

    That of `sections` alone writes one of them.
    """
    fields = {**Deck.model_fields, **Note.model_fields}
    count = 0

    def stop(text: str) -> str:
        nonlocal count
        count += 1
        return f"${{{count}:{text}}}"

    def body(key: str) -> Any:
        if key == "sections":
            return {stop("Mechanism"): body("notes")}
        if key == "notes":
            return [{inner: body(inner) for inner in _SNIPPETS["Note"]["note"]}]
        return stop(str((fields[key].examples or [f"{key}.svg"])[0]))

    written = {key: body(key) for key in keys}
    return {"label": label, "body": written["sections"] if keys == ("sections",) else written}
