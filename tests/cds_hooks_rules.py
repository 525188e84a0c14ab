"""What the specification of CDS Hooks demands: its schemas, and its invariants by their names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

__all__ = ["broken", "empty_values"]


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = json.loads((Path(__file__).parent / "web" / "cds-hooks.schema.json").read_text("utf-8"))
    return Draft202012Validator({**schema, "$ref": f"#/$defs/{kind}"})


def broken(kind: str, document: Any) -> list[str]:
    """What a document of a kind (discovery, request, response, feedback, outcome) breaks: its schema, then the invariants."""
    wrong = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in _validator(kind).iter_errors(document)
    ]
    return wrong or list(_INVARIANTS.get(kind, lambda _: ())(document))


def empty_values(value: Any, where: str = "") -> Iterator[str]:
    """Where a response has a null, or an empty text, list or object; an empty list of cards is one that may be."""
    if value in (None, "", [], {}) and where != "/cards":
        yield where
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from empty_values(one, f"{where}/{key}")


def _request(document: Any) -> Iterator[str]:
    given = document.get("fhirAuthorization")
    if given and not document.get("fhirServer"):
        yield "cds-r-1: fhirAuthorization without fhirServer"


def _response(document: Any) -> Iterator[str]:
    for card in document["cards"]:
        suggestions = card.get("suggestions", ())
        recommended = sum(one.get("isRecommended", False) for one in suggestions)
        if card.get("selectionBehavior") == "at-most-one" and recommended > 1:
            yield "cds-resp-1: several recommended suggestions, of which at most one may be taken"
        for action in (action for one in suggestions for action in one.get("actions", ())):
            if (action["type"] == "delete") == ("resource" in action):
                yield "cds-resp-2: an action with a resource that deletes, or without one that writes"
            if not action.get("description"):
                yield "cds-resp-5: an action without a description"
        if any("appContext" in link and link["type"] != "smart" for link in card.get("links", ())):
            yield "cds-resp-3: appContext of a link that is not smart"
        if not all(reason.get("display") for reason in card.get("overrideReasons", ())):
            yield "cds-resp-4: an override reason without display"
        if suggestions and "selectionBehavior" not in card:
            yield "cds-resp-6: suggestions without selectionBehavior"
        if any("actionSelectionBehavior" in one and "actions" not in one for one in suggestions):
            yield "cds-resp-7: actionSelectionBehavior without actions"
    if next(empty_values(document), None):
        yield f"an empty value at {next(empty_values(document))}"


def _feedback(document: Any) -> Iterator[str]:
    for one in document["feedback"]:
        if one["outcome"] not in ("accepted", "overridden"):
            yield "cds-fb-1: another outcome"
        if one["outcome"] == "accepted" and not one.get("acceptedSuggestions"):
            yield "cds-fb-2: accepted without a suggestion"
        reason = one.get("overrideReason")
        if reason is not None and not (reason.get("reason") or reason.get("userComment")):
            yield "cds-fb-3: a reason that says nothing"


_INVARIANTS = {"request": _request, "response": _response, "feedback": _feedback}
