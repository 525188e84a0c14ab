"""Check that ontology ids and codes are well-formed for their registry.

Prefixes and their patterns come from knowledge/prefixes.yaml. Shapes of codes: RxNorm and ICD-10 after the Bioregistry
(https://bioregistry.io), ATC after https://www.wikidata.org/wiki/Property_talk:P267, ICD-10-PCS after the CMS
(https://cms.gov/Outreach-and-Education/MLN/WBT/MLN4151758-ICD-10-PCS). The last digit of a LOINC number is a check digit modulo 10
(https://loinc.org/kb/users-guide/calculating-mod-10-check-digits/), that of a SNOMED CT identifier one of Verhoeff's
(https://confluence.snomedtools.org/display/DOCRELFMT/6.4+Check-digit).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from calcinosis_kb.errors import Place, Problem, nearest
from calcinosis_kb.knowledge.loader import Loaded

if TYPE_CHECKING:
    from curies import Converter

__all__ = ["check_codes", "check_ontology"]

SHAPES = {
    "rxnorm": ("RxNorm", r"[1-9][0-9]{0,6}", "up to seven digits"),
    "atc": (
        "ATC",
        r"[A-DGHJLMNPRSV][0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?",
        "a letter, two digits, two letters, two digits",
    ),
    "snomed": ("SNOMED CT", r"[1-9][0-9]{5,17}", "6 to 18 digits"),
    "icd10": (
        "ICD-10",
        r"[A-Z][0-9][0-9AB](\.[0-9A-KXZ][0-9A-Z]{0,3})?",
        "a letter and two digits, with a dot before more",
    ),
    "icd10pcs": ("ICD-10-PCS", r"[0-9A-HJ-NP-Z]{7}", "seven letters and digits without I and O"),
    "cvx": ("CVX", r"[0-9]{2,3}", "two or three digits"),
    "loinc": ("LOINC", r"[1-9][0-9]{0,6}-[0-9]", "digits, a hyphen and a check digit"),
    "omop": ("OMOP", r"[1-9][0-9]*", "a number above 0"),
}
"""For each field of codes: its system, the pattern of a code, and the pattern in words."""


def check_ontology(loaded: Loaded) -> Iterator[Problem]:
    """Find ids with an unknown prefix, another spelling of a prefix, or the wrong form (CKB020)."""
    converter = _converter(loaded)
    for section, records in (("therapies", loaded.knowledge.therapies), ("nodes", loaded.knowledge.nodes)):
        for id_, record in records.items():
            for index, term in enumerate(record.ontology):
                place = loaded.place(section, id_, "ontology", index, "id")
                yield from _ontology_id(term.id, converter, place)


def _converter(loaded: Loaded) -> Converter:
    from curies import Converter, Record  # only a check asks for it

    return Converter(
        Record(prefix=prefix, uri_prefix=known.uri, pattern=rf"^{known.pattern}$", prefix_synonyms=list(known.synonyms))
        for prefix, known in loaded.knowledge.prefixes.items()
    )


def _ontology_id(curie: str, converter: Converter, place: Place) -> Iterator[Problem]:
    prefix, _, local = curie.partition(":")
    canonical = converter.standardize_prefix(prefix)
    if canonical is None:
        known = converter.get_prefixes()
        fix = "correct the prefix, or add it to knowledge/prefixes.yaml with its address and pattern"
        near = nearest(prefix, known, limit=1)
        yield Problem("CKB020", f"no ontology has the prefix '{prefix}'", place, tuple(sorted(known)), near, fix)
        return
    if canonical != prefix:
        yield Problem(
            "CKB020", f"the prefix '{prefix}' is spelt '{canonical}' here", place, fix=f"write {canonical}:{local}"
        )
    pattern = converter.get_record(canonical, strict=True).pattern
    if pattern and not re.match(pattern, local, re.ASCII):
        fix = f"look the term up and correct the id; after '{canonical}:' it matches {pattern}"
        yield Problem("CKB020", f"'{curie}' is not an id of {canonical}", place, fix=fix)


def check_codes(loaded: Loaded) -> Iterator[Problem]:
    """Find codes of therapies and terms that are impossible in their system (CKB021)."""
    for id_, therapy in loaded.knowledge.therapies.items():
        yield from _fields(therapy.codes, lambda *path, id_=id_: loaded.place("therapies", id_, "codes", *path))
    for section in ("diseases", "conditions", "medications", "labs", "recognised"):
        vocabulary: Mapping[str, Any] = getattr(loaded.knowledge.terms, section)
        for id_, term in vocabulary.items():
            at = (section, id_, "codes") if section == "medications" else (section, id_)
            coded = term.codes if section == "medications" else term
            yield from _fields(coded, lambda *path, at=at: loaded.place("file", "knowledge/terms.yaml", *at, *path))


def _fields(record: BaseModel, place: Callable[..., Place]) -> Iterator[Problem]:
    for field, (system, shape, words) in SHAPES.items():
        for index, code in enumerate(getattr(record, field, ())):
            if not re.fullmatch(shape, str(code), re.ASCII):
                fix = f"a code of {system} is {words}"
                yield Problem("CKB021", f"'{code}' is not a code of {system}", place(field, index), fix=fix)
            elif not _check_digit_holds(field, str(code)):
                fix = "look the code up again: a digit is wrong, or two are swapped"
                message = f"the check digit of {system} {code} does not fit the others"
                yield Problem("CKB021", message, place(field, index), fix=fix)


def _check_digit_holds(field: str, code: str) -> bool:
    from stdnum import luhn, verhoeff  # only a check asks for it

    if field == "loinc":
        return bool(luhn.is_valid(code.replace("-", "")))
    return field != "snomed" or bool(verhoeff.is_valid(code))
