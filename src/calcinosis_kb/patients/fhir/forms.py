"""Tell the products that act where they are applied: a cream, an inhaler, eye drops."""

from __future__ import annotations

import re
from collections.abc import Iterable

from calcinosis_kb.patients.fhir.concept import Concept

__all__ = ["acts_locally", "has_local_form", "is_injected", "is_local", "is_solid", "is_swallowed"]

_LOCAL_ATC = ("A01", "A07", "C05", "D", "G01", "M02", "R01", "R02", "R03", "S")
"""Groups of ATC whose products act where they are applied."""

_SYSTEMIC_ATC = ("A01AA", "D01B", "D05B", "D10B", "R01B", "R03C", "R03D")
"""Groups among them whose products are swallowed, as their names in the index say ("antipsoriatics for systemic use")."""

_LOCAL = re.compile(
    r"\b(?:topical\w*|creams?|crm|ointments?|oint|ung|lotions?|(?:emul)?gels?|shampoos?|foam|paste|cutaneous|ophthalmic|opht?h?|ocular"
    r"|eye ?drops?|conjunctival|intra-?articular|otic|ear ?drops?|auricular|nasal|nose ?drops?|inhal\w*|mdi|mcg/inh|metered dose"
    r"|nebuli\w*|nebs?|(?:respiratory|pulmonary) route|rectal|enemas?|suppositor\w*"
    r"|vaginal|pessar\w*|intrauterine|mouthwash|oromucosal|implants?|intravitreal|intracameral"
    r"|cr[eè]mes?|pommades?|collyres?|gouttes? (?:oculaires?|auriculaires?|nasales?)|suppositoires?|lavement|ovules?"
    r"|salben?|augentropfen|augensalbe|nasenspray|nasentropfen|ohrentropfen|dosieraerosol|z[aä]pfchen|scheidenz[aä]pfchen"
    r"|crema|pomada|unguento|col[ií]rio|collirio|gotas (?:oculares|oft[aá]lmicas|nasales|nasais|[oó]ticas)|supositorios?|supposte"
    r"|zalf|oogdruppels|neusspray|oordruppels|zetpil\w*|creme|salve|øjendråber|øyedråper|ögondroppar|n[eæä]s[ae]spray|stikpiller)\b",
    re.IGNORECASE,
)
"""Words of forms and routes, in the languages of Western Europe."""

_STEROID = re.compile(
    r"\b(?:hydrocortison\w*|predniso\w*|methylprednisolon\w*|dexamet\w*|betamet\w*|triamcinolon\w*)"
    r"(?: (?:acetate|acetonide|butyrate|dipropionate|phosphate|sodium|valerate))*,? [0-9.,]+ ?%",
    re.IGNORECASE,
)
"""A corticosteroid whose strength is a percentage is a cream, drops or the like: what is swallowed or injected has milligrams."""

_SOLID = re.compile(
    r"\b(?:tab(?:let)?s?|cap(?:sule)?s?|pills?|caplets?|dragees?|tabletten?|filmtabletten?|kapseln?|comprim[eéi]\w*|compresse?|g[eé]lules?"
    r"|c[aá]psulas?|kapsler|tabletter)\b",
    re.IGNORECASE,
)
_SWALLOWED = re.compile(r"\b(?:oral|orale?s?|by mouth|per os)\b", re.IGNORECASE)
_INJECTED = re.compile(
    r"\b(?:injection|injectable|injektion\w*|inyectable|injetável|iniettabile|intravenous\w*|intramuscular\w*|subcutaneous\w*|infusion)\b",
    re.IGNORECASE,
)

_LOCAL_ROUTES = frozenset({"6064005", "10547007", "16857009", "37161004", "46713006", "54485002", "447694001"})
"""SNOMED CT routes: topical, otic, vaginal, rectal, nasal, ophthalmic, respiratory tract (hl7.org/fhir/R4B/valueset-route-codes.html)."""


def acts_locally(code: str) -> bool:
    """Whether the products of a group or code of ATC act where they are applied.

    >>> acts_locally("S01ED01"), acts_locally("D05BB02"), acts_locally("H02AB07")
    (True, False, False)
    """
    return code.startswith(_LOCAL_ATC) and not code.startswith(_SYSTEMIC_ATC)


def has_local_form(name: str) -> bool:
    """Whether a name tells a form that acts where it is applied.

    >>> has_local_form("contraceptive implant"), has_local_form("contraceptive pill")
    (True, False)
    """
    return bool(_LOCAL.search(name) or _STEROID.search(name))


def is_local(said: Concept, given: tuple[Concept, ...]) -> bool:
    """Whether a product acts where it is applied, by its names, and by how it is ``given``: its form and its routes."""
    if any(map(has_local_form, said.words)):
        return True
    if any(_LOCAL_ROUTES.intersection(one.codes("snomed")) for one in given):
        return True
    words = [word for one in given for word in one.words]
    return any(map(_LOCAL.search, words)) and not is_swallowed(words)


def is_solid(words: Iterable[str]) -> bool:
    """Whether words name a tablet or capsule."""
    return any(map(_SOLID.search, words))


def is_swallowed(words: Iterable[str]) -> bool:
    """Whether words say that a product is taken by mouth."""
    return any(_SOLID.search(word) or _SWALLOWED.search(word) for word in words)


def is_injected(words: Iterable[str]) -> bool:
    """Whether words say that a product is injected, wherever."""
    return any(map(_INJECTED.search, words))
