"""Hold the entries of FHIR files to the specification of R4, element by element, with the models of fhir.resources."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.patients.fhir.files import Found
from calcinosis_kb.patients.fhir.jsontext import parse
from calcinosis_kb.patients.fhir.plain import text

__all__ = ["violations"]

_FIX = "correct the record where it was written, or leave '--strict' out: what can be read is then read"


def violations(found: Found) -> Iterator[Problem]:
    """Yield what the specification of R4 does not allow in an entry, with its file and the path of the element (CKB109).

    The models are those of R4B, which differs from R4 in no type that is read here; bindings to code systems are not checked. Needs the
    extra ``fhir``.
    """
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    where = f"{found.type or 'entry'}/{found.id}" if found.id else found.type or "entry"
    if found.foreign:
        return
    if found.flaw:
        yield _violation(found, f"{where}: {found.flaw}")
        return
    body = parse(found.raw)
    try:
        get_fhir_model_class(text(body.get("resourceType"))).model_validate(body)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            path = ".".join(str(step) for step in one["loc"])
            yield _violation(found, f"{where} {path}: {one['msg']}")
    except ValueError:
        yield _violation(found, f"{where}: R4 has no type of resource '{found.type}'")


def _violation(found: Found, message: str) -> Problem:
    file, _, line = found.at.rpartition(":")
    place = Place(file, int(line), 1) if file and line.isdigit() else Place(found.at)
    return Problem("CKB109", message, place, fix=_FIX)
