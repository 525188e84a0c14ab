"""Parse a treatment as written ("diltiazem SR 120 mg BD for 4 months") into name, route, dose and duration."""

from __future__ import annotations

import re
from dataclasses import dataclass

from calcinosis_kb.knowledge.pattern import Pattern
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["LOCAL_ROUTES", "LONGEST", "Prescription", "separate", "several_routes", "take_apart"]

LONGEST = 300
"""The length in characters up to which a treatment is parsed; a longer text is a letter, not a name."""

_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_RANGE = rf"{_NUMBER}(?:\s?(?:-|–|to|a|bis)\s?{_NUMBER})?"
_TIME = (
    r"(?:days?|d|hours?|hrs?|h|weeks?|wks?|wk|w|months?|mos?|mo|years?|yrs?|yr|y|d[ií]as?|tage?|wochen?|monate?|jours?|j|semaines?|mois"
    r"|die|giorn[oi]|settiman[ae]|mes[ei]?|m[eê]s|dag(?:en)?|weken|maand(?:en)?|semanas?|日|週|月)"
)
_MASS = r"(?:mg|mcg|ug|µg|μg|g|gr|gm|iu|ui|ie|units?|u|ml|cc|mmol|meq|mm|j|gy|%|percent|tabs?|tablets?|caps?|capsules?|puffs?|drops?)"
_DOSE = Pattern(
    rf"(?<![\w.]){_RANGE} ?{_MASS}(?: ?(?:/|per) ?(?:{_NUMBER} ?)?(?:kg|m2|m²|ml|l|cm2|dose|infusion|{_TIME}))*(?![\w])",
    re.I,
)
_SCHEDULE = Pattern(
    rf"""(?<![\w])(?:
        (?:once|twice|thrice|(?:one|two|three|four|[0-9])\ ?(?:x|times))(?:\ (?:a|per|each|every))?
        \ ?/?\ ?(?:daily|weekly|monthly|{_TIME})(?!\w)
      | days?\ [0-9]+(?:\ ?(?:,|and|&|\+)\ ?[0-9]+)*
      | (?:every|alle|cada|ogni|elke|tou(?:te)?s\ les)\ (?:other\ |second\ |third\ |{_RANGE}\ )?(?:{_TIME}|night|morning|evening)(?!\w)
      | (?:on\ )?alternate\ days | once | twice | thrice | daily | nightly | weekly | fortnightly | monthly | yearly | annually
      | bid | bd | tid | tds | tid | qid | qds | qd | od | qod | eod | eow | qhs | hs | qw | q2w | biw | tiw | nocte | mane | prn | stat
      | q\ ?[0-9]+(?:-[0-9]+)?\ ?(?:{_TIME}|m) | x\ ?[0-9]+\ ?[dy] | [0-9½](?:\ ?-\ ?[0-9½]){{2,3}}
      | x\ ?[0-9]+(?:\ (?:doses|cycles|courses|pulses|infusions|sessions))? | [0-9]+\ ?x
      | [0-9]+\ (?:doses|cycles|courses|pulses|infusions|sessions|injections|dosis|dosen|zyklen|ciclos|cicli|cures|bolus|veces|vezes)
      | (?:doses|infusions?|cycles?|courses?)\ q\ ?[0-9]+ | /\ ?{_TIME} | (?:per|a)\ (?:day|d|week|wk|month|mo|year|yr)
      | (?:al|a\ la|por|par|pro)\ (?:d[ií]a|semana|mes|jour|semaine|mois|tag|woche|monat|giorno|settimana|mese)
      | semanal(?:es)? | diari[oa]s? | mensual(?:es)? | mensal | anual | t(?:ä|ae)glich | w(?:ö|oe)chentlich | monatlich | quotidien(?:ne)?
      | (?:after|during|with)\ (?:each\ )?(?:(?:ha?emo)?dialysis|hd)
      | hebdomadaire | mensuel(?:le)? | settimanale | mensile | dagelijks | wekelijks | maandelijks
    )(?!\w)""",
    re.I | re.X,
)
_DURATION = Pattern(
    rf"""(?<![\w/.])(?<!every\ )(?<!alle\ )(?<!cada\ )(?<!ogni\ )(?<!elke\ )(?<!les\ )(?<!\bq\ )
    (?:x\ ?|(?:for|during|over|about|at\ least|more\ than|since|dopo|durante|pendant|fur|f(?:ü|ue)r)\ )?{_RANGE}\ ?-?
    (?:days?|weeks?|wks?|months?|mos?|mths?|years?|yrs?
      |tage?|wochen?|monate?n?|jahre?n?|jours?|semaines?|mois|ans?|dias?
      |semanas?|mes(?:es)?|anos?|giorni|settimane?|mesi|anni|dagen|weken|maanden|jaar)
    (?![\w])""",
    re.I | re.X,
)
_AND = r"\b(?:and|then|with|plus|followed|und|mit|et|avec|y|e|con|com|en|met)\b"
_INDICATION = r"(?:skin|lungs?|joints?|muscles?|arthritis|myositis|calcinosis|raynaud\S*|(?:digital )?ulcers?|ILD|pain|vasculitis)\b"
_REST = rf"(?:(?!{_AND}(?!\s+{_INDICATION}))[^,;+&/])*$"
"""The rest of a text, if it names no further treatment."""
_PURPOSE = Pattern(
    rf"\b(?:for|in(?! place)|against|pour|para|per|wegen) (?:(?:his|her|the) )?(?![0-9])[^\W\d]{_REST}", re.I
)
"""The purpose of a treatment: the last words of its text."""
_YEAR = rf"(?:(?:0?[1-9]|1[0-2])[/.])?(?:19|20)[0-9]{{2}}(?! ?{_MASS}(?!\w))"
_WHEN = Pattern(
    rf"\(?(?:\b(?:since|from|in|until|till|to|seit|bis|desde|depuis|dal|nel|sinds) )?(?<![\w.]){_YEAR}"
    rf"(?:\s?(?:-|–|to|until)\s?(?:{_YEAR}|[0-9]{{2}}|present|now|today))?(?![\w])\)?",
    re.I,
)
"""The years in which a treatment was given."""
_ENDED = Pattern(
    rf"(?<=[\w%)])\s*[(,:–-]?\s*\b(?:with (?:\w+ )?(?:recurrence|relapse|response|effect|improvement|benefit|success)"
    rf"|stopped|discontinued|ceased|withdrawn|suspended|interrupted|tapered|not tolerated|never tolerated"
    rf"|poorly tolerated|without (?:any )?(?:effect|benefit|response|success|improvement|relief)"
    rf"|no (?:effect|benefit|response|improvement|relief))\b{_REST}",
    re.I,
)
"""How a treatment ended, after its name."""
_BEFORE = Pattern(
    r"^\s*(?:treat(?:ment|ed) with|therapy with|tratamiento con|tratad[oa] con|traitement par|therapie mit|behandel[tn] mi?e?t|terapia con"
    r"|trattamento con|tratamento com|behandeling met|s/p|status post|h/o|hx of|history of|previously on|currently on|now on|started on"
    r"|no(?: clear)? (?:response|effect|benefit"
    r"|improvement|relief|success) (?:to|of|from|with|on|under|after)|without (?:response|effect|benefit|improvement|relief|success)"
    r" ?(?:to|of|from|with|on|under|after|:)|(?:never|not) (?:tolerated|effective)\s*:?|ineffective\s*:?|unresponsive to|refractory to"
    r"|intolerant (?:to|of)|sin respuesta a|sin efecto (?:de|con)|sans (?:effet|r[eé]ponse)(?: du| de(?: la)?| [aà](?: la)?)?"
    r"|kein(?:e|en)? (?:effekt|wirkung|ansprechen|besserung) (?:unter|auf|von|mit)"
    r"|senza (?:effetto|risposta|beneficio)(?: di| a(?:lla)?| con)?"
    r"|sem (?:resposta|efeito|melhora)(?: a(?:o)?| de| com)?)\s+",
    re.I,
)
"""Words before the name that say that a treatment was given, or how it ended."""
_CALCIUM = Pattern(r"calcin|calcif|calcium|deposit|nodul|lesion", re.I)
_PLACE = Pattern(
    r"\b(?:of|from|over|on|at|to|into)\ (?:(?:the|his|her|l|r|a|an|some|several|two|both|left|right|single|large|"
    r"painful|calcified|deposits?|nodules?|"
    r"lesions?)\ )*(?:deposits?|nodules?|lesions?|calcinosis|elbows?|fingers?|fingertips?|thumbs?|hands?|wrists?|forearms?|arms?|"
    r"shoulders?|axillae?|"
    r"trunk|chest|thorax|abdomen|back|breasts?|hips?|buttocks?|thighs?|knees?|legs?|calf|calves|shins?|foot|feet|ankles?|toes?|heels?|head|face|"
    r"scalp|ears?|skin)(?:\ (?:deposits?|nodules?|lesions?|calcinosis))?\s*$",
    re.I,
)
"""The site of an operation or injection, which does not distinguish treatments."""
_ADVERSE = Pattern(
    r"\(\s*(?:(?:severe|mild|gi)\s+)?(?:diarrho?ea|nausea|vomiting|rash|hypotension|oedema|edema|headaches?|cytopenias?|hepatotoxicity"
    r"|neutropenia|leu[ck]openia|hyperpigmentation|side effects?|adverse events?|intolerance|intolerant|infections?)[^()]*\)",
    re.I,
)
"""An adverse event in brackets after the name."""
_DOTTED = Pattern(r"\b([a-z])\.\s?([a-z])\.?(?:\s?([a-z])\.)?(?![a-z])", re.I)

_ROUTES = {
    "intravenous": """
        iv ev intravenous intravenously infusion infusions infused intravenosa intravenosas intravenoso intravenosos
        endovenosa endovenosas endovenoso endovena intraveineuse intraveineuses intraveineux intravenos intravenose
        intravenoses infusionen infusione perfusion perfusions intraveneus intraveneuze
    """,
    "subcutaneous": """
        sc subcutaneous subcutaneously subcut subq sq subcutanea subcutaneas subcutaneo subkutan subcutaan
        souscutanee
    """,
    "intramuscular": """
        im intramuscular intramuscularly intramuskular intramusculaire
    """,
    "oral": """
        po oral orally orale oraux peroral perorally mouth os
    """,
    "topical": """
        topical topically topisches topischer topischem topico topica topicos topicas topique topiques topisch topische topiche topici cream
        creams ointment ointments gel lotion crema creme pomada pommade salbe unguento zalf cutaneous cutaneously
        local locally
    """,
    "intralesional": """
        il intralesional intralesionally intralesionale intralesionali intralesionnelle intralesionnelles
        intralasional intradermal intradermally perilesional
    """,
    "injection": """
        injection injections injected inyeccion inyecciones injecao injecoes iniezione iniezioni injektion
        injektionen injectie injecties infiltration infiltrations infiltracion
    """,
    "ocular": """
        eye ophthalmic ocular eyedrops
    """,
    "inhaled": """
        inhaled inhaler inhalation nebulised nebulized nasal
    """,
}
_ROUTE_OF = {word: route for route, words in _ROUTES.items() for word in words.split()}
LOCAL_ROUTES = frozenset({"topical", "intralesional", "ocular", "inhaled"})
"""Routes with almost no systemic absorption."""

_IDLE_WORDS = """
    failed tried received given taking took started stopped biosimilar generic low high medium moderate standard
    small full dose doses dosed dosis dosage long short term course courses pulse pulses pulsed bolus maintenance
    loading tapered tapering taper intermittent continuous regular monotherapy therapy therapies treatment
    treatments tx rx traitement tratamiento tratamento trattamento terapia therapie behandlung current currently
    previous previously prior past trial of de di du des del sr er xr xl cd la mr cr ir dr ec retard slow release
    extended sustained modified prolonged delayed immediate depot tablet tablets tab tabs capsule capsules cap caps
    pill pills drop drops solution suspension syrup powder vial patch adjunctive empirical oral prophylaxis
    prophylactic repeated multiple several weekly daily monthly dosierung comprimidos comprimes tabletten recent
    pack ppx al stosstherapie niedrigdosiert hochdosiert forte compounded unspecified
    all
"""
_IDLE = frozenset(_IDLE_WORDS.split())
_SALTS_WORDS = """
    hydrochloride hcl dihydrochloride besylate besilate sodium disodium tetrasodium potassium trihydrate monohydrate
    anhydrous maleate mesylate mesilate sulfate sulphate phosphate acetate citrate tartrate fumarate succinate
    acetonide mofetil diphosphate difosfato diphosphat sulfato sulfat clorhidrato chlorhydrate cloridrato hydrochlorid
    hidrocloruro sodico sodique disodico disodique monosodico monosodique natrium dinatrium kalium besilato besilat
    maleato maleat mesilato mesilat tartrato tartrat tartraat succinato succinat succinaat fumarato fumarat acetato
    acetat solfato sulfaat
"""
_ACIDS = (
    Pattern(r"\b(\w+?)(?:e?zuur|saure|seure|syre|syra)\b"),
    Pattern(r"\b(\w+?)ine?(?:zuur|saure|seure|syre|syra)\b"),
    Pattern(r"\bacid[eo] (\w+?)i(?:que|co)\b"),
)
"""An acid in German (also in capitals, AE for Ä), Dutch, Danish, Swedish and the Romance languages ("Zoledronsäure", "FOLSAEURE",
"alendroninezuur", "alendronsyre", "acide risédronique")."""
_JOINED_SALT = Pattern(
    r"\b(?:di)?natrium(?=\w{5})|(?<=\w{5})(?:hydrochlorid|hydrobromid|besila|mesila|malea|succina|tartra|fumara|sulfa)a?te?\b|"
    r"(?<=\w{5})(?:hydrochlorid|hydrobromid)e?\b"
)
"""A salt in one word with its substance, as in German, Dutch and Danish ("Metforminhydrochlorid", "metoprololsuccinaat")."""
_SALTS = frozenset(_SALTS_WORDS.split())


@dataclass(frozen=True)
class Prescription:
    """The parts of a text. ``names`` are the forms of the name in normal form, in the order of look-up.

    ``purpose`` is "calcinosis" or "other" if the text gives one ("for Raynaud"), else None.
    ``route`` is intravenous, subcutaneous, intramuscular, oral, topical, intralesional, injection, ocular, inhaled or None.
    """

    names: tuple[str, ...]
    route: str | None = None
    dose: str | None = None
    duration: str | None = None
    purpose: str | None = None


def take_apart(text: str) -> Prescription:
    """Parse one treatment.

    >>> take_apart("diltiazem SR 120 mg BD").names, take_apart("diltiazem SR 120 mg BD").dose
    (('diltiazem sr', 'diltiazem'), '120 mg BD')
    >>> take_apart("topical STS 25%").route
    'topical'
    """
    rest = _DOTTED.sub(lambda found: "".join(filter(None, found.groups())), text[:LONGEST])
    rest, _ = _cut(_BEFORE, rest)
    rest, _ = _cut(_ADVERSE, rest)
    rest, _ = _cut(_ENDED, rest)
    rest, _ = _cut(_WHEN, rest)
    rest, durations = _cut(_DURATION, rest)
    rest, purposes = _cut(_PURPOSE, rest)
    rest, _ = _cut(_PLACE, rest)
    rest, doses = _cut(_DOSE, rest)
    rest, schedules = _cut(_SCHEDULE, rest)
    words = normalise(rest).split()
    routes = list(dict.fromkeys(_ROUTE_OF[word] for word in words if word in _ROUTE_OF))
    # "Intralesional injection" is one route in two words, and the route of a cream for the eye is the eye.
    route = next(
        (local for local in ("ocular", "inhaled", "intralesional", "topical") if local in routes),
        routes[0] if routes else None,
    )
    plain = [word for word in words if word not in _IDLE]
    bare = [word for word in plain if word not in _ROUTE_OF]
    salts = [word for word in bare if word not in _SALTS]
    forms = [" ".join(words), " ".join(plain)]
    for name in (" ".join(bare), " ".join(salts)):
        if route and name:
            forms.extend((f"{route} {name}", f"{name} {route}"))
        forms.append(name)
    # A number without a unit is removed last, because it may be part of the name ("vitamin K 2").
    forms.append(" ".join(word for word in salts if not word.isdigit()))
    forms.extend([acid.sub(r"\1ic acid", name) for acid in _ACIDS for name in forms])
    forms.extend([_JOINED_SALT.sub("", name) for name in forms])
    dose = " ".join(dict.fromkeys((*doses, *schedules)))
    return Prescription(
        tuple(form for form in dict.fromkeys(forms) if form),
        route,
        dose or None,
        next(iter(durations), None),
        _purpose(purposes[0]) if purposes else None,
    )


def several_routes(text: str) -> bool:
    """Whether a text names a treatment by more than one route ("STS IV + topical").

    >>> several_routes("STS IV + topical"), several_routes("intralesional injection of STS")
    (True, False)
    """
    parts = (normalise(part).split() for part in separate(text))
    return len([words for words in parts if any(word in _ROUTE_OF for word in words)]) > 1


def _purpose(text: str) -> str:
    return "calcinosis" if _CALCIUM.search(text) else "other"


def _cut(pattern: Pattern, text: str) -> tuple[str, list[str]]:
    """The text without the match of a pattern, and the match."""
    found = [" ".join(match.group().split()) for match in pattern.finditer(text)]
    return pattern.sub(" ", text), found


_SEPARATOR = Pattern(
    r"\s*(?:[+&;,()\[\]→]|->|/|\n|\b(?:and|with|plus|then|followed by|und|mit|et|avec|con|com|met)\b)\s*", re.IGNORECASE
)


def separate(text: str) -> tuple[str, ...]:
    """Split a text into treatments; a slash inside a dose does not separate.

    >>> separate("MTX 15 mg/wk + HCQ")
    ('MTX 15 mg/wk', 'HCQ')
    """
    text = _BEFORE.sub("", text[:LONGEST])
    kept = [match.span() for pattern in (_DOSE, _SCHEDULE, _WHEN, _ADVERSE) for match in pattern.finditer(text)]
    parts: list[str] = []
    start = 0
    for found in _SEPARATOR.finditer(text):
        if not any(low <= found.start() and found.end() <= high for low, high in kept):
            parts.append(text[start : found.start()])
            start = found.end()
    parts.append(text[start:])
    given = [part.strip() for part in parts if part.strip()]
    # "STS IV + topical": the second is the first drug by another route.
    first = take_apart(given[0]).names[-1:] if given else ()
    return tuple(f"{first[0]} {part}" if first and n and _only_a_route(part) else part for n, part in enumerate(given))


def _only_a_route(text: str) -> bool:
    words = normalise(text).split()
    return bool(words) and all(word in _ROUTE_OF for word in words)
