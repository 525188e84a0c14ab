"""Makes knowledge/words/conditions.tsv, the list of conditions by name, from ICD-10-CM; a maintainer runs it by hand.

    python docs/words/make_conditions.py --icd icd10c-tabular-April-1-2026.xml --out knowledge/words/conditions.tsv

The tabular list is a file of the Python package simple-icd-10-cm 1.5.0 (simple_icd_10_cm/data). ``EXTRA`` holds what doctors write
and ICD does not, conditions.yaml names in other languages and of SNOMED CT. A name stands with the codes that it may fall under;
what a code means for a patient is said by ``icd10`` and ``suspected_icd10`` of the conditions in knowledge/terms.yaml.
"""

from __future__ import annotations

import argparse
import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from calcinosis_kb.knowledge.spelling import normalise

HEAD = """\
# Conditions by name, in the normal form of calcinosis_kb.knowledge.spelling.normalise, sorted by code point; made by
# docs/words/make_conditions.py, not by hand: a correction goes there.
# Fields, parted by a tab: word, codes of ICD-10-CM. a|b: the word alone does not say which. A code of three characters, or one that
# has codes below it, stands for all of them. =name: the word means what that name means.
# Source: ICD-10-CM tabular list of diseases and injuries, version 2026, file of 2026-04-01 (titles, inclusion terms and "includes"
# notes; as packed in simple-icd-10-cm 1.5.0 on PyPI). A work of the US government (National Center for Health Statistics, Centers
# for Disease Control and Prevention), in the public domain; the WHO's ICD-10, from which it derives, is not copied here.
# Left out: injuries by place, poisonings, external causes, allergies to and use of medicines, details of births, sides of the body,
# names of more than 80 characters. Added: other word orders and forms, and the names under EXTRA in the script.
"""

LONGEST = 80
SHORTEST = 3
MOST_MOVED = 4
"""Words behind a comma that somebody would write in front ("Chronic kidney disease, stage 4")."""
MOST_CODES = 6
"""Categories that a word may stand for; one that stands for more says nothing."""

# Injuries by place, poisonings, complications of devices, external causes; use of and allergy to medicines (a list of medicines or
# of allergies says that better, and silence here would read as "without consequence").
_LEFT_OUT = re.compile(
    r"[VWXYS]|T[0-5]|T6[0-5]|T79|T8[0-57]|Z79|Z88|Z0|Z1[0-38]|Z3A|Z3[4-9]|P0[59]|P07|O[0-9][0-9]\.[0-9]{2}|"
    r"[AC-HL-RT-Z][0-9A-Z]{2}\.[0-9A-Z]{3}|F1[0-9]\.[0-9]{2}|C8[1-8]\.[0-9A-Z]{2}|M[0-9A-Z]{2}\.[0-9A-Z]{3}|I70\.[2-9]|N80\.[A-Z]|L89|L97"
)
_SIDES = re.compile(
    r"\b(?:(?:right|left|bilateral|unspecified) (?:eye|ear|upper|lower|female|male|breast|shoulder|elbow|wrist|hand|hip|knee|ankle|foot|"
    r"thigh|arm|forearm|leg|finger|toe|limb|side|dominant|non-dominant|orbit|ovary|kidney|lung|main|renal|fallopian|testis|femur|tibia|"
    r"fibula|humerus|radius|ulna|heel|calf|axilla|breast|joint|vertebr|carotid|middle|anterior|posterior|cerebral|cerebellar|vertebral|"
    r"ureter|jugular|femoral|iliac|popliteal|tibial|peroneal|calf|subclavian|brachial|internal|bronchus|choroid|ciliary|retina|cornea|"
    r"lacrimal|conjunctiva|quadrant))|(?:eye|ear|shoulder|elbow|wrist|hand|hip|knee|ankle|foot|leg|arm|thigh)s?, (?:right|left|bilateral)"
    r"|, (?:right|left|bilateral)\b|bilaterally|of (?:right|left|bilateral)\b|\bstage [0-9] .*ulcer|trimester"
    r"|(?:right|left) (?:\w+ )?(?:finger|toe)\b|[, ](?:shoulder|elbow|wrist|hand|hip|knee|ankle and foot|ankle|foot|upper arm|forearm|"
    r"thigh|lower leg|pelvic region and thigh|multiple sites|other sites?|vertebrae|(?:\w+|[a-z-]+) region)$|C[0-9]-C[0-9]|"
    r"\boverlapping sites\b|^encounter for|grams$",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"[:=]|[A-TV-Z][0-9][0-9A-Z]\b.*|^(?:conditions?|any|the|these|this|code|use|listed|and|or|with|without|due|in|at|by|for|an?) |"
    r"\bclassifi(?:ed|able) (?:to|in|under)\b|\bcodes? (?:from|in)\b|\bcategor(?:y|ies)\b",
    re.IGNORECASE,
)

_ABBREVIATED = re.compile(r"((?:[\w-]+ )+)\[([A-Z][A-Za-z]{1,5})\]")
_ASIDE = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_UNSPECIFIED = (
    r",? \bnot (?:elsewhere classified|otherwise specified|intractable)\b",
    r",? \bin diseases classified elsewhere\b",
    r",? \bNOS\b",
    r",? \bwithout (?:mention of )?(?:complications?|exacerbation|status epilepticus|status migrainosus|hemorrhage or perforation|"
    r"bleeding|esophagitis|aura|psychotic features|(?:acute )?cor pulmonale|current pathological fracture|gangrene|heart failure|"
    r"angina pectoris|tophus(?: \(tophi\))?|behavioral disturbance.*|obstruction or gangrene|perforation or abscess.*)\b",
    r",? \buncomplicated\b",
    r", unspecified(?: [\w-]+){0,3}$",
    r" (?:of|in|due to) (?:an? )?unspecified (?:[\w-]+ ?){1,3}$",
    r"\bunspecified (?:site|part|organ|type|form|degree) of ",
    r",? \bunspecified\b,?",
    r",? \bsite\b$",
)
_UNSPECIFIED_PATTERN = re.compile("|".join(_UNSPECIFIED), re.IGNORECASE)
_OTHER = re.compile(r"^(?:other and(?: unspecified)?|other specified|other|certain)\s+", re.IGNORECASE)
_REST = re.compile(r"\b(?:other|unspecified|NOS|certain|elsewhere|otherwise|NEC)\b", re.IGNORECASE)
_CANCER = re.compile(r"\bmalignant neoplasms?\b(?: of)?", re.IGNORECASE)
_METASTASIS = re.compile(r"^secondary malignant neoplasms? of (.+)$", re.IGNORECASE)
_CODES = re.compile(r"[A-Z][0-9][0-9A-Z]")
_BOUND = re.compile(r",|\b(?:and|or|with|without|due|in|to|for|of|history|including|except)\b")
_POSSESSIVE = re.compile(r"['’]s\b")

# Words that name nothing by themselves.
_GENERIC_WORDS = """
    other unspecified specified disease diseases disorder disorders syndrome syndromes acute chronic type status nos right left
    bilateral upper lower primary secondary mild moderate severe of and or the in to due with without stage condition conditions
    finding findings abnormal abnormality abnormalities complication complications history personal problem problems encounter for
    screening site sites female male male/female recurrent transient single multiple external internal congenital acquired general
    generalized localized diffuse simple complex active inactive remission relapse early late onset positive negative
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())

# What doctors write and ICD does not, by the code that a coder would give it.
EXTRA: Mapping[str, str] = {
    "mild cognitive impairment": "G31.84",
    "MCI": "G31.84",
    "viral sinusitis": "J01",
    "bacterial sinusitis": "J01",
    "acute bacterial sinusitis": "J01",
    "viral pharyngitis": "J02",
    "acute viral pharyngitis": "J02",
    "streptococcal sore throat": "J02.0",
    "neck pain": "M54.2",
    "seizure disorder": "G40",
    "single seizure": "R56.9",
    "metabolic syndrome X": "E88.81",
    "metabolic syndrome": "E88.81",
    "coronary artery bypass graft": "Z95.1",
    "coronary artery bypass grafting": "Z95.1",
    "coronary artery bypass": "Z95.1",
    "CABG": "Z95.1",
    "non-small cell lung cancer": "C34",
    "small cell lung cancer": "C34",
    "anxiety": "F41.9",
    "severe anxiety": "F41.9",
    "sprain": "T14.3",
    "seronegative rheumatoid arthritis": "M06.0",
    "seropositive rheumatoid arthritis": "M05",
    "severe anxiety (panic)": "F41.0",
    "acute allergic reaction": "T78.4",
    "abnormal findings diagnostic imaging heart coronary circulat": "R93.1",
    "transplant of kidney": "Z94.0",
    "transplantation of kidney": "Z94.0",
    "renal transplantation": "Z94.0",
    "kidney transplantation": "Z94.0",
    "transplantation of liver": "Z94.4",
    "transplantation of heart": "Z94.1",
    "transplantation of lung": "Z94.2",
    "insertion of pacemaker": "Z95.0",
    "implantation of pacemaker": "Z95.0",
    "implantation of cardiac pacemaker": "Z95.0",
    "insertion of cardiac pacemaker": "Z95.0",
    "pacemaker implantation": "Z95.0",
    "drug misuse": "F19",
    "misuses drugs": "F19",
    "unhealthy alcohol drinking behavior": "F10",
    "alcohol use": "F10",
    "complete miscarriage": "O03",
    "spontaneous miscarriage": "O03",
    "awaiting transplantation of kidney": "Z76.82|N18",
    "microalbuminuria due to type 2 diabetes mellitus": "E11.29",
    "proteinuria due to type 2 diabetes mellitus": "E11.29",
    "disorder of kidney due to diabetes mellitus": "E08.2|E09.2|E10.2|E11.2|E13.2",
    "mitral valve disorder": "I34",
    "aortic valve disorder": "I35",
    "PNH": "D59.5",
    "Gilbert's syndrome": "E80.4",
    "Gilbert's": "E80.4",
    "PSC": "K83.01",
    "renal artery stenosis": "I70.1",
    "ICH": "I61",
    "oesophageal candidiasis": "B37.81",
    "ileostomy": "Z93.2",
    "colostomy": "Z93.3",
    "GI perforation": "K63.1",
    "bowel perforation": "K63.1",
    "TKA": "Z96.65",
    "TKR": "Z96.65",
    "THA": "Z96.64",
    "THR": "Z96.64",
    "hip prosthesis": "Z96.64",
    "tubal ligation": "Z98.51",
    "vasectomy": "Z98.52",
    "sickle trait": "D57.3",
    "beta thal trait": "D56.3",
    "nephrotic range proteinuria": "R80",
    "lung nodule": "R91.1",
    "pulmonary nodule": "R91.1",
    "carpal tunnel": "G56.0",
    "schizoaffective": "F25",
    "bipolar I": "F31",
    "bipolar II": "F31",
    "retinal vein occlusion": "H34.8",
    "narrow angles": "H40.03",
    "hidradenitis": "L73.2",
    "hidradenitis suppurativa": "L73.2",
    "premature ovarian failure": "E28.3",
    "wheelchair": "Z99.3",
    "non-ambulatory": "Z74.0",
    "RBBB": "I45.1",
    "LBBB": "I44.7",
    "right bundle branch block": "I45.1",
    "left bundle branch block": "I44.7",
    "ICD": "Z95.81",
    "ICD in situ": "Z95.81",
    "implantable cardioverter defibrillator": "Z95.81",
    "avascular necrosis": "M87",
    "AVN": "M87",
    "avascular necrosis of femoral head": "M87.05|M87.85",
    "AVN hip": "M87.05|M87.85",
    "avascular necrosis of the hip": "M87.05|M87.85",
    "steroid-induced avascular necrosis": "M87.1",
    "MDS": "D46",
    "DCIS": "D05.1",
    "CIN II": "N87.1",
    "CIN 2": "N87.1",
    "CIN III": "D06",
    "CIN 3": "D06",
    "thymoma": "D15.0|C37",
    "adrenal insufficiency": "E27.4",
    "adrenal failure": "E27.4",
    "elevated LFTs": "R94.5|R74.0",
    "abnormal LFTs": "R94.5|R74.0",
    "deranged LFTs": "R94.5|R74.0",
    "raised LFTs": "R94.5|R74.0",
    "elevated liver enzymes": "R94.5|R74.0",
    "raised liver enzymes": "R94.5|R74.0",
    "transaminitis": "R74.0",
    "elevated transaminases": "R74.0",
    "raised transaminases": "R74.0",
    "raised ALT": "R74.0",
    "elevated ALT": "R74.0",
    "IVDU": "F11|F14|F15|F19",
    "IV drug use": "F11|F14|F15|F19",
    "injection drug use": "F11|F14|F15|F19",
    "heroin use": "F11",
    "genital warts": "A63.0",
    "C difficile": "A04.7",
    "Clostridioides difficile": "A04.7",
    "C difficile infection": "A04.7",
    "vit D deficiency": "E55.9",
    "Fe deficiency": "E61.1",
    "rickets": "E55.0|E83.3|N25.0",
    "contractures": "M24.5",
    "weight loss": "R63.4",
    "home O2": "Z99.81",
    "home oxygen": "Z99.81",
    "long-term oxygen therapy": "Z99.81",
    "LTOT": "Z99.81",
    "ANCA vasculitis": "I77.82",
    "ANCA-associated vasculitis": "I77.82",
    "MPA vasculitis": "M31.7",
    "psoriatic arthritis": "L40.5",
    "phenylketonuria": "E70.0|E70.1",
    "PKU": "E70.0|E70.1",
    "galactosaemia": "E74.2",
    "galactose intolerance": "E74.2",
    "fructose intolerance": "E74.1",
    "subdural haematoma": "I62.0|S06.5",
    "SDH": "I62.0|S06.5",
    "hyperkalaemic": "E87.5",
    "hypokalaemic": "E87.6",
    "hyponatraemic": "E87.1",
    "overweight": "E66.3",
    "BMI 25-30": "E66.3",
    "prediabetes": "R73.03",
    "impaired glucose tolerance": "R73.02",
    "OSA": "G47.33",
    "sleep apnoea": "G47.3",
    "BPH": "N40",
    "prostatic hyperplasia": "N40",
    "enlarged prostate": "N40",
    "PCOS": "E28.2",
    "endometriosis": "N80",
    "IBS": "K58",
    "SIBO": "K63.821",
    "bacterial overgrowth": "K63.821",
    "hiatus hernia": "K44",
    "hiatal hernia": "K44",
    "gastritis": "K29",
    "H pylori": "B96.81",
    "helicobacter pylori": "B96.81",
    "Crohn's of the ileum": "K50.0",
    "pancreatitis": "K85|K86",
    "malabsorption": "K90",
    "malnutrition": "E46",
    "gastric bypass": "Z98.84",
    "bariatric surgery": "Z98.84",
    "DJD": "M15|M16|M17|M18|M19",
    "DDD": "M51",
    "degenerative disc disease": "M51",
    "spinal stenosis": "M48.0",
    "disc herniation": "M51",
    "slipped disc": "M51",
    "chronic pain": "G89.2",
    "tendonitis": "M77.9",
    "PMR": "M35.3",
    "GCA": "M31.5|M31.6",
    "temporal arteritis": "M31.5|M31.6",
    "GPA": "M31.3",
    "EGPA": "M30.1",
    "Wegener's": "M31.3",
    "Behcet's": "M35.2",
    "Ehlers-Danlos syndrome": "Q79.6",
    "ADHD": "F90",
    "ADD": "F90",
    "autism": "F84.0",
    "ASD": "F84.0|Q21.1",
    "dementia": "F01|F02|F03|G30|G31",
    "Alzheimer's": "G30",
    "Parkinson's": "G20",
    "restless legs": "G25.81",
    "RLS": "G25.81",
    "tension headache": "G44.2",
    "vertigo": "R42",
    "syncope": "R55",
    "palpitations": "R00.2",
    "Down's": "Q90",
    "trisomy 21": "Q90",
    "hyperthyroid": "E05",
    "hyperthyroidism": "E05",
    "Graves": "E05.0",
    "goitre": "E04.9",
    "thyroid nodule": "E04.1",
    "thyroiditis": "E06",
    "vitamin D deficiency": "E55.9",
    "vitamin D insufficiency": "E55.9",
    "low vitamin D": "E55.9",
    "B12 deficiency": "E53.8",
    "folate deficiency": "E53.8|D52",
    "iron deficiency": "E61.1",
    "hyperuricaemia": "E79.0",
    "hyperkalaemia": "E87.5",
    "hypokalaemia": "E87.6",
    "hyponatraemia": "E87.1",
    "hypomagnesaemia": "E83.42",
    "rhinitis": "J30|J31.0",
    "seasonal allergies": "J30.2",
    "nasal polyps": "J33",
    "bronchiectasis": "J47",
    "pleural effusion": "J90",
    "pericardial effusion": "I31.3",
    "lymphoedema": "I89.0",
    "chronic venous insufficiency": "I87.2",
    "venous insufficiency": "I87.2",
    "CVI": "I87.2",
    "leg ulcer": "L97.9",
    "venous ulcer": "I83.0",
    "pressure ulcer": "L89.9",
    "decubitus ulcer": "L89.9",
    "skin ulcer": "L97|L98.4",
    "tinea": "B35",
    "thrush": "B37.0",
    "oral thrush": "B37.0",
    "candidiasis": "B37",
    "herpes": "B00|B02",
    "cold sore": "B00.1",
    "EBV": "B27.0",
    "CMV": "B25",
    "MRSA": "A49.02",
    "C diff": "A04.7",
    "Lyme": "A69.2",
    "HPV": "B97.7",
    "long COVID": "U09.9",
    "post-COVID syndrome": "U09.9",
    "immunosuppressed": "D84.9",
    "immunocompromised": "D84.9",
    "immunosuppression": "D84.9",
    "immunodeficiency": "D84.9",
    "splenectomy": "Z90.81",
    "asplenia": "Z90.81|Q89.01|D73.0",
    "nephrectomy": "Z90.5",
    "organ transplant": "Z94",
    "liver transplant": "Z94.4",
    "lung transplant": "Z94.2",
    "heart transplant": "Z94.1",
    "stem cell transplant": "Z94.84",
    "bone marrow transplant": "Z94.81",
    "radiotherapy": "Z92.3",
    "history of radiotherapy": "Z92.3",
    "history of chemotherapy": "Z92.21",
    "chemotherapy": "Z51.11|Z92.21",
    "fracture": "T14.2",
    "hip fracture": "S72.0",
    "femoral fracture": "S72",
    "wrist fracture": "S52|S62",
    "rib fracture": "S22.3",
    "vertebral fracture": "M48.5|S22|S32",
    "vertebral compression fracture": "M48.5|S22|S32",
    "haematuria": "R31",
    "proteinuria": "R80",
    "microalbuminuria": "R80",
    "incontinence": "R32|R15",
    "neurogenic bladder": "N31.9",
    "erectile dysfunction": "N52",
    "infertility": "N46|N97",
    "miscarriage": "O03|Z87.59",
    "pre-eclampsia": "O14",
    "anaphylaxis": "T78.2",
    "angioedema": "T78.3",
    "falls": "R29.6|Z91.81",
    "recurrent falls": "R29.6|Z91.81",
    "frailty": "R54",
    "wheelchair user": "Z99.3",
    "wheelchair-bound": "Z99.3",
    "reduced mobility": "Z74.0",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--icd", type=Path, required=True, help="the tabular list as XML")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    root = ElementTree.parse(given.icd).getroot()
    by_hand = yaml.safe_load(Path(__file__).with_name("conditions.yaml").read_text(encoding="utf-8"))
    listed = {word: "|".join(codes) for word, codes in words(root).items()}
    listed = {**dict(also(by_hand["names"])), **listed}
    head = HEAD + "".join(f"# {line}".rstrip() + "\n" for line in by_hand["sources"].splitlines())
    lines = (f"{word}\t{meaning}\n" for word, meaning in sorted(listed.items()))
    given.out.write_text(head + "".join(lines), encoding="utf-8", newline="\n")


def also(names: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """The names by language that mean the same in each in which they are written."""
    found: dict[str, set[str]] = defaultdict(set)
    for by_name in names.values():
        for name, meaning in by_name.items():
            found[normalise(name)].add(meaning if _CODES.match(meaning) else f"={normalise(meaning)}")
    yield from ((word, next(iter(meanings))) for word, meanings in found.items() if len(meanings) == 1)


def words(root: ElementTree.Element) -> dict[str, tuple[str, ...]]:
    """Every word in normal form with the codes that it stands for: those of the closest of its sources."""
    codes = {code.text or "" for code in root.iter("name")}
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for code, text in names(root):
        for distance, form in forms(text):
            word = normalise(form)
            if (
                SHORTEST <= len(word) <= LONGEST
                and not set(word.split()) <= _GENERIC
                and not word.startswith(("and ", "or "))
                and not word.replace(" ", "").isdigit()
            ):
                found[word][distance].add(code)
    words = {word: merged(by_distance[min(by_distance)], codes) for word, by_distance in found.items()}
    words.update({normalise(name): tuple(code.split("|")) for name, code in EXTRA.items()})
    return {word: codes for word, codes in words.items() if len(codes) <= MOST_CODES}


def names(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Every code with its title, its inclusion terms and the names in its "includes" notes."""
    for diagnosis in root.iter("diag"):
        code = diagnosis.findtext("name", "")
        if _LEFT_OUT.match(code):
            continue
        notes = [
            note.text or "" for kind in ("inclusionTerm", "includes") for note in diagnosis.findall(f"{kind}/note")
        ]
        for text in (diagnosis.findtext("desc", ""), *notes):
            if not _SIDES.search(text) and not _NOT_A_NAME.search(text):
                yield code, text


def merged(codes: set[str], known: set[str]) -> tuple[str, ...]:
    """The codes, those of one category as the narrowest code that covers them."""
    by_category: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        by_category[code[:3]].append(code)
    return tuple(sorted(_covering(members, known) for members in by_category.values()))


def _covering(codes: list[str], known: set[str]) -> str:
    common = codes[0]
    while common not in known or not all(code.startswith(common) for code in codes):
        common = common[:-1]
    return common


def forms(text: str) -> Iterator[tuple[int, str]]:
    """The forms of a name, each with its distance from what the list says: the nearest source of a word counts.

    0: as it stands. 1: without what says only that nothing more is known. 2: in other words or another order.
    3: what a rest ("other …") is a rest of.
    """
    for plain in _without_asides(text):
        if not _REST.search(plain):
            yield from _spelt(0, plain)
        bare = " ".join(_UNSPECIFIED_PATTERN.sub(" ", plain).split()).strip(" ,")
        if not _REST.search(bare):
            yield from _spelt(1, bare)
            for reworded in _reworded(bare):
                yield from _spelt(2, reworded)
        rest = _OTHER.sub("", bare)
        if rest != bare and not _REST.search(rest):
            yield from _spelt(3, rest)
            for reworded in _reworded(rest):
                yield from _spelt(3, reworded)


def _without_asides(text: str) -> Iterator[str]:
    """The text without what stands in brackets, and with an abbreviation in place of the words that it abbreviates."""
    yield " ".join(_ASIDE.sub(" ", text).split()).replace(" ,", ",")
    if "(" in text:
        yield text
    match = _ABBREVIATED.search(text)
    if match:
        initials = match[2].lower()
        before = match[1].split()
        kept = before[: -len(initials)] if len(before) >= len(initials) else before
        if "".join(word[0] for word in match[1].replace("-", " ").split()[-len(initials) :]).lower() == initials:
            parts = [*text[: match.start()].split(), *kept, match[2], *_ASIDE.sub(" ", text[match.end() :]).split()]
            if len(parts) > 1 or len(match[2]) > SHORTEST:
                yield " ".join(parts)


def _reworded(text: str) -> Iterator[str]:
    orders = [text]
    head, comma, tail = text.partition(",")
    if comma and tail.count(" ") <= MOST_MOVED and not _BOUND.search(tail):
        orders.append(f"{tail.strip()} {head.strip()}")
    spread = _METASTASIS.match(text)
    if spread:
        orders += [f"{spread[1]} metastases", f"metastases to {spread[1]}", f"metastasis to {spread[1]}"]
    elif _CANCER.match(text):
        places = [_CANCER.sub("", text).strip(" ,")]
        places += [part for part in re.split(r",? and |,? or |, ", places[0]) if part]
        for place in places:
            orders += [f"{kind} of {place}" for kind in ("cancer", "carcinoma")]
    for order in orders:
        yield order
        if order.count(" of ") == 1 and not _BOUND.search(order.replace(" of ", " ")):
            what, where = re.split(r",? of (?:the )?", order)
            yield f"{where} {what}"


def _spelt(distance: int, text: str) -> Iterator[tuple[int, str]]:
    """The name with and without a possessive, with a hyphen as no space, in the singular."""
    spellings = {text}
    if _POSSESSIVE.search(text):
        spellings |= {_POSSESSIVE.sub("", text), _POSSESSIVE.sub("s", text)}
    spellings |= {re.sub(r"(?<=\w)-(?=\w)", "", spelling) for spelling in spellings}
    for spelling in sorted(spellings):
        yield distance, spelling
        singular = _singular(spelling)
        if singular != spelling:
            yield distance + 1, singular


def _singular(text: str) -> str:
    """The name with its head in the singular ("Disorders of calcium metabolism", "chronic ulcers")."""
    head, of, rest = text.partition(" of ")
    for ending, singular in (
        ("neuropathies", "neuropathy"),
        ("opathies", "opathy"),
        ("ies", "y"),
        ("osses", "oss"),
        ("eases", "ease"),
    ):
        if head.endswith(ending):
            return head.removesuffix(ending) + singular + of + rest
    if re.search(r"[^suiy]s$", head) and not re.search(r"(?:itis|osis|asis|esis|ens|ors?es|bs)$", head):
        return head[:-1] + of + rest
    return text


if __name__ == "__main__":
    main()
