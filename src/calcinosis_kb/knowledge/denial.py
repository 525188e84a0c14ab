"""Recognise denials in a list: "none", "no diabetes", "HIV negative"."""

from __future__ import annotations

import re

from calcinosis_kb.knowledge.pattern import Pattern
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["after_denial", "denied", "is_denial"]

_NOTHING_WORDS = """
    none nil no nothing na nkda nka untreated keine keines kein aucun aucune rien ninguno ninguna nada nessuno
    nessuna niente nenhum nenhuma geen
"""
_NOTHING = frozenset(_NOTHING_WORDS.split())
_FILLER = r"(?:any|clear|good|well|adequate|sufficient|reliable|effective|use|using|on|been|be|to|yet)"
# "No response to methotrexate" means that it was given, and "no contraception" is a finding.
_FINDING = (
    r"(?:longer|tolerat|controlled|compliant|adhere|excluded|ruled out|able|effective|treated|response|effect|benefit|improvement"
    r"|relief|success|contracepti|respuesta|efecto|mejoria|effet|effekt|reponse|wirkung|ansprechen|besserung|erfolg|risposta|resposta|efeito"
    r"|melhora|spleen|urine)"
)
_DENIAL = Pattern(
    rf"(?:no|not|d(?:o|es) not|d(?:o|es)n t|denies|denied|without|never|negative for|absence of|free of|ruled out|kein\w*"
    r"|ohne|sans|sin|senza|sem|pas de|geen|zonder)"
    rf"\s+(?!(?:{_FILLER}\s+)*{_FINDING})\S"
)
_BEHIND = Pattern(r"(\S.*?)\s+(?:denied|denies|negative|neg|absent|excluded|ruled out|none|nil|no|never|naive)$")
_LEFT_OPEN = Pattern(r"\b(?:not|cannot|can t|never)(?: yet| be| been)* (?:excluded|ruled out)$")
_HARD = Pattern(r"\s*(?:;|\n|\.\s|\b(?:but|except|aber|pero|mais|ma)\b)\s*", re.IGNORECASE)
_SOFT = Pattern(r"\s*(?:[,()]|\b(?:and|und|et|y|e)\b)\s*", re.IGNORECASE)


def is_denial(text: str) -> bool:
    """Whether a text is or begins with a denial ("none", "no diabetes").

    >>> is_denial("None"), is_denial("no known heart failure"), is_denial("nifedipine"), is_denial("no response to nifedipine")
    (True, True, False, False)
    """
    words = normalise(text).split()
    return bool(words) and (all(word in _NOTHING for word in words) or _DENIAL.match(" ".join(words)) is not None)


def denied(text: str) -> str | None:
    """The name that a text denies at its end ("HIV negative"), in normal form, or None.

    >>> denied("HIV: negative"), denied("tuberculosis not excluded")
    ('hiv', None)
    """
    form = normalise(text)
    found = _BEHIND.match(form)
    return found[1] if found and not _LEFT_OPEN.search(form) else None


def after_denial(text: str) -> tuple[tuple[str, bool], ...]:
    """Split a text that begins with a denial; each part says whether the denial may apply to it.

    >>> after_denial("no diabetes, asthma; on dialysis")
    (('no diabetes', True), ('asthma', True), ('on dialysis', False))
    """
    first, *others = (part for part in _HARD.split(text) if part.strip())
    reached = [(part.strip(), True) for part in _SOFT.split(first) if part.strip()]
    return (*reached, *((part.strip(), False) for part in others))
