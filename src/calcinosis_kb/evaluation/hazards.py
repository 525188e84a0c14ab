"""Find therapies that a record speaks against, from its own words and without any rule, to judge what an answer offers.

The table is small on purpose: facts that a reader of the case would not overlook. It only holds what a source of the base says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from calcinosis_kb.knowledge.denial import denied, is_denial
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["HAZARDS", "Hazard", "hazards"]

DIALYSIS = r"\bha?emodialys|\bdialys|\bhaemodiafiltration|\bcapd\b|\bccpd\b|\bckd ?(?:g ?)?5 ?d\b"
KIDNEYS = (
    rf"{DIALYSIS}|\bes[rk][df]\b|\bend[- ]stage (?:renal|kidney)|\b(?:kidney|renal) failure|\bckd ?(?:stage |g)?5\b"
)
TRANSPLANT = r"\b(?:renal|kidney) (?:transplant|graft|allograft)|\btransplanted kidney"
PREGNANT = r"\bpregnan"
OESOPHAGUS = r"\bachalasia|\b(?:o?esophageal|peptic) (?:stricture|stenosis)"
HEART_FAILURE = r"\bheart failure|\bcardiac failure|\bchf\b"
ULCER = r"\b(?:peptic|gastric|duodenal) ulcer"
BLEEDING = r"\bha?emophilia"
HYPERCALCAEMIA = r"\bhypercalca?emia"
PACEMAKER = r"\bpacemaker|\bimplant\w* defibrillator"


@dataclass(frozen=True)
class Hazard:
    """Therapies or families that are unsafe where all ``words`` (patterns) stand in a record, as a ``source`` of the base says."""

    words: tuple[str, ...]
    unsafe: tuple[str, ...]
    source: str


HAZARDS = (
    Hazard((KIDNEYS,), ("colchicine",), "imedi-colchicine-500"),
    Hazard((KIDNEYS,), ("methotrexate",), "ema-label-methotrexate"),
    Hazard((KIDNEYS,), ("magnesium",), "rxreasoner-magnaspartate"),
    Hazard((KIDNEYS,), ("zoledronic_acid",), "dailymed-zoledronic"),
    Hazard((KIDNEYS,), ("ibandronate",), "themeditary-boniva"),
    Hazard((KIDNEYS,), ("risedronate",), "rxreasoner-risedronate-milpharm"),
    Hazard((KIDNEYS,), ("salicylate",), "rxreasoner-aspirin-actavis"),
    Hazard((KIDNEYS,), ("penicillamine",), "rxreasoner-penicillamine"),
    Hazard((KIDNEYS,), ("acetazolamide",), "rxreasoner-diamox"),
    Hazard((KIDNEYS,), ("probenecid",), "farmaco-probenecid"),
    Hazard((KIDNEYS,), ("ciclosporin",), "rheuma-online-ciclosporin"),
    Hazard((KIDNEYS,), ("teriparatide",), "eli-lilly-hong-kong-teriparatide"),
    Hazard((DIALYSIS,), ("aluminium_hydroxide",), "mudge-2011-aluminium"),
    Hazard((TRANSPLANT, r"\bc[iy]c?losporin"), ("colchicine",), "ducloux-1997-colchicine"),
    Hazard((PREGNANT,), ("methotrexate",), "ema-label-methotrexate"),
    Hazard((PREGNANT,), ("mycophenolate",), "genentech-mycophenolate"),
    Hazard((PREGNANT,), ("thalidomide",), "edrugswiki-com-thalidomide"),
    Hazard((PREGNANT,), ("bosentan",), "healthline-bosentan"),
    Hazard((PREGNANT,), ("warfarin",), "fda-label-warfarin"),
    Hazard((PREGNANT,), ("cyclophosphamide",), "druglib-copy-of-the-us-label-cyclophosphamide"),
    Hazard((PREGNANT,), ("jak_inhibitor",), "ema-xeljanz-leaflet"),
    Hazard((PREGNANT,), ("nintedanib",), "ema-vargatef-leaflet"),
    Hazard((PREGNANT,), ("penicillamine",), "drugs-com-penicillamine-pregnancy"),
    Hazard((PREGNANT,), ("denosumab",), "druglib-prolia"),
    Hazard((PREGNANT,), ("radiotherapy",), "ntvg-icrp-84"),
    Hazard((PREGNANT,), ("extracorporeal_shock_wave_lithotripsy",), "pm-r-14-extracorporeal"),
    Hazard((OESOPHAGUS,), ("alendronate", "risedronate", "etidronate"), "osteoed-bisphosphonates-2006"),
    Hazard((HEART_FAILURE,), ("diltiazem",), "medicines-org-uk-diltiazem"),
    Hazard((ULCER,), ("salicylate",), "rxreasoner-nu-seals"),
    Hazard((BLEEDING,), ("salicylate",), "rxreasoner-nu-seals"),
    Hazard((BLEEDING,), ("warfarin",), "scholars-in-medicine-warfarin"),
    Hazard((HYPERCALCAEMIA,), ("vitamin_d",), "rxreasoner-thorens"),
    Hazard((HYPERCALCAEMIA,), ("teriparatide",), "eli-lilly-hong-kong-teriparatide"),
    Hazard((PACEMAKER,), ("acetic_acid_iontophoresis",), "hidrex-dp450-manual"),
)


def hazards(words: Iterable[str], knowledge: Knowledge) -> dict[str, Hazard]:
    """The options that the words of a record speak against, each with the first row of the table that says so."""
    stated = " ; ".join(normalise(word) for word in words if not is_denial(word) and denied(word) is None)
    found: dict[str, Hazard] = {}
    for hazard in HAZARDS:
        if all(re.search(pattern, stated) for pattern in hazard.words):
            for therapy in _options(hazard, knowledge):
                found.setdefault(therapy, hazard)
    return found


def _options(hazard: Hazard, knowledge: Knowledge) -> Iterator[str]:
    for id_ in hazard.unsafe:
        yield from knowledge.members(id_) or (id_,)
