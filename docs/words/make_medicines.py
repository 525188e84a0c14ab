"""Makes knowledge/words/medicines.tsv, the list of medicines by name, from public lists; a maintainer runs it by hand.

    python docs/words/make_medicines.py --ner drug_ner_dictionary.pkl.bz2 --atc "WHO ATC-DDD 2026-04-25.csv"
        --ema medicines_output.csv --bdpm-products CIS_bdpm.txt --bdpm-substances CIS_COMPO_bdpm.txt
        --japanese names_ja.py --swiss ActivePharmaceuticalIngredient.xml --italy drugs.pl --canada allfiles
        --out knowledge/words/medicines.tsv

What the files are and where they come from stands in medicines.yaml beside this script, under ``sources``; the same text is the
head of the list. The classes of a medicine, the words that no list holds and the words that must not be in it stand there too.
"""

from __future__ import annotations

import argparse
import ast
import bz2
import csv
import pickle
import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from calcinosis_kb import load
from calcinosis_kb.knowledge.drugnames import DrugNames
from calcinosis_kb.knowledge.spelling import international, normalise
from calcinosis_kb.knowledge.wordlist import WordList

Meaning = tuple[str, ...]
"""The substances that one name stands for, all of them, by id."""

LONGEST = 60
"""Letters above which a name is one that nobody types."""
SHORTEST = 3
ABBREVIATION = 4
"""Letters up to which a synonym is as likely an abbreviation; a name of a substance or a licensed brand may be as short."""
MANY = 3
"""Compositions above which a brand names a range of products, not one."""

NO_MEDICINES = ("V01", "V06", "V20", "J07")
"""ATC groups of allergens, foods and dressings, and of vaccines, whose names are descriptions."""
VACCINE = re.compile(r"\bvaccin", re.IGNORECASE)
LIVE = re.compile(r"\b(?:live|vivant)\b", re.IGNORECASE)
"""What the registers call a vaccine that is alive, in English and French."""

_PARENTHESIS = re.compile(r"\s*\([^)]*\)|\s*\[[^\]]*\]")
_FORM = re.compile(
    r"\b(?:patch|implant|otic|ophthalmic|vaginal|topical|nasal(?: (?:spray|gel|powder|solution))?|transdermal|injection|oral inhalation"
    r"|rectal|buccal|sublingual|lozenge|intravitreal|lipid complex|liposomal|oral|inhalation|intensol|extended release|extended)\b"
)
_BIOSIMILAR = re.compile(r"-[a-z]{4}$")
_CHEMICAL = re.compile(
    r"\d\s*[,'’-]\s*\d|^\d|\(\d|[αβγδω]|\)-|-\(|\d[a-z]?-|yl-|\d.*\d.*\d|^[a-z]{1,5}[ -]?\d{2,}|\d{4,}"
)
_COMBINED = re.compile(r",? and | / |/|; |, | with | \+ |\+")
_ESTER = re.compile(
    r" (?:medoxomil|etexilate|mofetil|axetil|proxetil|pivoxil|disoproxil|alafenamide|fosamil|cilexetil|pegol|alfa)$"
)
_HERB = re.compile(r"\b(?:extrait|feuille|racine|fleur|plante|huile|pour preparations)", re.IGNORECASE)
_FHIR = "{http://hl7.org/fhir}"
_AFTER_BRAND = re.compile(
    r",|\s?\d|\s(?:TAB\w*|CAP\w*|INJ\w*|SOL\w*|SUSP\w*|POWDER|FOR|ORAL|SYRUP|DROPS|KIT|ELIXIR|LIQUID|IV|IM|SC|USP|CHEWABLE|E\.?C|"
    r"ENTERIC|CHILDREN\S*|INFANT\S*|JUNIOR|ADULT\S*)\b|/"
)
"""Where a name of the Canadian register goes over into strength, form or user."""
_SOLD_BY_USE = re.compile(
    r"\b(?:relief|remedy|formula|cold|allergy|symptoms?|strength|flu|cough|sinus|pain|night|day)\b", re.IGNORECASE
)
"""What stands in names that say what a product is sold for; a reader of a problem list would take them for a complaint."""
_LOCAL = ("A01", "A07", "C05", "D", "G01", "M02", "R01", "R02", "R03", "S")
"""ATC groups of products that act where they are applied: their brands do not stand for the substance in the body."""
_METAL = re.compile(r"(calcium|magnesium|sodium|potassium|aluminium|zinc|fer|lithium) \((.*?)(?: de| d)?\)")
_SALTS = re.compile(
    r"\b(?:hydrochloride|dihydrochloride|hydrobromide|sodium|disodium|potassium|calcium|magnesium|mesylate|mesilate|maleate|fumarate"
    r"|tartrate|citrate|succinate|phosphate|sulfate|besylate|besilate|acetate|nitrate|hydrate|monohydrate|dihydrate|trihydrate"
    r"|hemihydrate|anhydrous|tosylate|tosilate|bromide|medoxomil|etexilate|mofetil|axetil|proxetil|pivoxil|disoproxil|alafenamide"
    r"|anhydre|hydrate|monosodique|disodique|sodique|potassique|calcique|trihydrate|dihydrate|micronise|base|arginine|tromethamine"
    r"|erbumine|tert butylamine|chlorhydrate|bromhydrate|mesilate|maleate|de|d|mono|di)\b"
)


@dataclass
class Substances:
    """What is known of single substances: their names, their ATC codes, and which of them are ours."""

    ours: DrugNames
    forms: frozenset[str] = frozenset()
    """Substances that are ours in one form and not in another, by name; they keep a name of their own."""
    codes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[str, str] = field(default_factory=dict)
    by_key: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The codes of ATC of each class of medicines and family of treatments."""
        knowledge = self.ours.knowledge
        families = {id_: therapy for id_, therapy in knowledge.therapies.items() if therapy.kind == "family"}
        return {id_: known.codes.atc for id_, known in {**knowledge.terms.medications, **families}.items()}

    def learn(self, name: str, id_: str, codes: Iterable[str] = ()) -> None:
        self.by_name.setdefault(normalise(name), id_)
        self.codes[id_].update(codes)
        if key := international(name):
            self.by_key[key].add(id_)

    def id(self, name: str) -> str:
        """The id of a substance by its preferred name: ours where it is one of ours, else the name itself as an id."""
        word = normalise(name)
        matches = () if word in self.forms else self.ours.index.get(word, ())
        return matches[0].id if len(matches) == 1 else self.by_name.get(word, word.replace(" ", "_"))

    def find(self, name: str) -> str | None:
        """The id of a substance that is known under a name, in whatever language or salt; None where it is not."""
        if VACCINE.search(name):
            return "live_vaccine" if LIVE.search(name) else "vaccine"
        for word in (normalise(name), " ".join(_SALTS.sub(" ", normalise(name)).split())):
            matches = () if word in self.forms else self.ours.index.get(word, ())
            if len(matches) == 1:
                return matches[0].id
            if word in self.by_name:
                return self.by_name[word]
            ids = self.by_key.get(international(word), set()) if word else set()
            if len(ids) == 1:
                return next(iter(ids))
        return None


def split(name: str) -> list[str]:
    """The substances of a combination, or the one name."""
    return [part.strip() for part in _COMBINED.split(name) if part.strip()]


def core(name: str) -> str:
    """A name without the form and the purpose that a reference work adds to it ("fentanyl patch", "doxepin (insomnia)")."""
    if VACCINE.search(name):
        return " ".join(name.lower().split())
    bare = _FORM.sub(" ", _BIOSIMILAR.sub("", _PARENTHESIS.sub("", name.lower())))
    return " ".join(bare.split()).strip(" ,")


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"the dictionary holds {module}.{name}, and only plain values are read")


def read_live(path: Path) -> frozenset[str]:
    """The ATC codes of vaccines whose name says that they are alive."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return frozenset(
        row["atc_code"] for row in rows if row["atc_code"].startswith("J07") and LIVE.search(row["atc_name"])
    )


def read_ner(path: Path) -> tuple[dict[str, list[str]], dict[str, dict[str, Any]], set[str]]:
    """The variants of each canonical name, what is known of it, and the variants that are brands."""
    with bz2.open(path) as file:
        data = _Unpickler(file).load()
    variants: dict[str, list[str]] = defaultdict(list)
    for variant, canonicals in data["drug_variant_to_canonical"].items():
        for canonical in canonicals:
            variants[canonical].append(variant)
    brands = {variant for variant, known in data["drug_variant_to_variant_data"].items() if known.get("is_brand")}
    return variants, data["drug_canonical_to_data"], brands


def read_atc(path: Path) -> Iterator[tuple[str, str]]:
    """The codes of single substances with their names; combinations have parts that have codes of their own."""
    with path.open(encoding="utf-8") as file:
        for code, name in dict.fromkeys((row["atc_code"], row["atc_name"]) for row in csv.DictReader(file)):
            bare = _PARENTHESIS.sub("", name).strip()
            single = "combination" not in bare and " and " not in bare and "," not in bare
            if len(code) == len("A01AA01") and single and not code.startswith(NO_MEDICINES):
                yield code, bare


def read_ema(path: Path, live: frozenset[str]) -> Iterator[tuple[str, list[str]]]:
    """Brands of the European register with their substances; ``live`` are the ATC codes of vaccines that are alive."""
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row["International non-proprietary name (INN) / common name"]
            if row["Category"] == "Human" and row["ATC code"].startswith("J07"):
                yield (
                    row["Medicine name"],
                    [f"vaccine {'live' if row['ATC code'] in live else ''} {name} {row['Active substance']}"],
                )
            elif row["Category"] == "Human":
                yield row["Medicine name"], split(name)


def read_bdpm(products: Path, substances: Path) -> Iterator[tuple[str, list[str]]]:
    """Brands of the French register with their substances, homeopathic registrations apart."""
    parts: dict[str, list[str]] = defaultdict(list)
    for line in substances.read_text(encoding="latin-1").splitlines():
        cells = line.split("\t")
        if cells[6] == "SA":
            parts[cells[0]].append(cells[3])
    for line in products.read_text(encoding="latin-1").splitlines():
        cells = line.split("\t")
        if "hom" not in cells[5].lower() and cells[0] in parts:
            substances_ = [f"VACCIN {' '.join(parts[cells[0]])}"] if VACCINE.search(cells[1]) else parts[cells[0]]
            yield re.split(r",|\s\d|\d|\s(?:ENFANTS|ADULTES|NOURRISSONS)\b", cells[1])[0], substances_


def french(name: str) -> str:
    """A French name of a substance in the order of the English one ("ACIDE ZOLÉDRONIQUE (…)" is "zoledronic acid")."""
    if VACCINE.search(name):
        return name
    if salt := _METAL.match(name.lower().replace("é", "e")):
        return f"{salt[2]} {salt[1]}"
    bare = " ".join(normalise(_PARENTHESIS.sub("", name)).split())
    acid = re.match(r"acide (\w+?)i?que\b", bare)
    return f"{acid[1]}ic acid" if acid else bare


def read_japanese(path: Path) -> Iterator[tuple[str, str]]:
    """Pairs of an English and a Japanese name: the literal EN_JA_DICT of a module that is parsed, never run."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "EN_JA_DICT":
            yield from ast.literal_eval(node.value).items()


def read_swiss(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The English name of each substance of the Swiss value set, with its names in German, French and Italian."""
    for concept in ElementTree.parse(path).iter(f"{_FHIR}concept"):
        names: dict[str, str] = {}
        for designation in concept.iter(f"{_FHIR}designation"):
            language, value = designation.find(f"{_FHIR}language"), designation.find(f"{_FHIR}value")
            if language is not None and value is not None:
                names[language.get("value", "")] = value.get("value", "")
        english = names.pop("en-US", "")
        names.pop("rm-CH", "")  # Romansh repeats the German name
        yield english, list(names.values())


def read_italy(path: Path) -> Iterator[tuple[str, str]]:
    """Brands of the Italian list of equivalent medicines with their ATC codes; the text is matched, never run."""
    for name, code in re.findall(
        r"^drug_data\((\w+), \"[^\"]*\", (\w+),", path.read_text(encoding="utf-8"), re.MULTILINE
    ):
        yield name.replace("_", " "), code.upper()


def read_canada(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Brands of human medicines of the Canadian register with their substances and their ATC codes."""
    parts: dict[str, list[str]] = defaultdict(list)
    for row in _table(folder / "ingred.txt"):
        parts[row[0]].append(_PARENTHESIS.sub("", row[2]))
    codes: dict[str, list[str]] = defaultdict(list)
    for row in _table(folder / "ther.txt"):
        codes[row[0]].append(row[1])
    for row in _table(folder / "drug.txt"):
        if row[2] == "Human" and parts[row[0]] and codes[row[0]] and not _SOLD_BY_USE.search(row[4]):
            yield _AFTER_BRAND.split(row[4])[0].strip(" -"), parts[row[0]], codes[row[0]]


def _table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        return list(csv.reader(file))


@dataclass
class Words:
    """Each word with all that it may mean."""

    drop: frozenset[str]
    meanings: dict[str, set[Meaning]] = field(default_factory=lambda: defaultdict(set))

    def add(self, word: str, meaning: Iterable[str], *, short: bool = False) -> None:
        form = normalise(word)
        letters = sum(letter.isalpha() for letter in form)
        ascii_ = form.isascii()
        if form in self.drop or letters < SHORTEST or len(form) > LONGEST or normalise(form) != form:
            return
        if ascii_ and letters <= ABBREVIATION and not short:
            return
        self.meanings[form].add(tuple(dict.fromkeys(meaning)))


def collect(args: argparse.Namespace, by_hand: dict[str, Any], substances: Substances) -> Words:
    """All the words of all the sources. What is written by hand goes before the lists, a list of names before one of brands."""
    words = Words(frozenset(normalise(word) for word in by_hand["drop"]))
    for name, id_ in by_hand["same"].items():
        substances.learn(name, id_)
    for code, name in read_atc(args.atc):
        id_ = substances.id(name)
        substances.learn(name, id_, [code])
        words.add(name, [id_], short=True)
        if _ESTER.search(name) and substances.find(_ESTER.sub("", name)) is None:
            substances.learn(_ESTER.sub("", name), id_)
            words.add(_ESTER.sub("", name), [id_])

    variants, canonicals, brands = read_ner(args.ner)
    parts_of = {
        normalise(part)
        for canonical in canonicals
        for part in split(core(canonical))
        if len(split(core(canonical))) > 1
    }
    single: dict[str, str] = {}
    combined: dict[str, list[str]] = {}
    for canonical, known in canonicals.items():
        bare = core(canonical)
        if len(split(bare)) > 1:
            combined[canonical] = split(bare)
            continue
        names = (bare, canonical, *(word for word in variants[canonical] if not _SALTS.search(normalise(word))))
        in_atc = next((word for word in names if normalise(word) in substances.by_name), None)
        if in_atc is None and not known.keys() & {"medline_plus_id", "nhs_url"} and normalise(bare) not in parts_of:
            continue
        id_ = substances.id(bare)
        if VACCINE.search(canonical) and normalise(bare) not in substances.by_name.keys() | substances.forms:
            id_ = substances.find(canonical) or id_
        single[canonical] = (
            substances.by_name[normalise(in_atc)] if in_atc and id_ == normalise(bare).replace(" ", "_") else id_
        )
    for canonical, id_ in single.items():
        substances.learn(core(canonical), id_)
        for variant in variants[canonical]:
            if not _CHEMICAL.search(variant) and "," not in variant:
                substances.learn(variant, id_)
    for canonical, id_ in single.items():
        words.add(core(canonical), [id_], short=True)
        for variant in variants[canonical]:
            if not _CHEMICAL.search(variant) and "," not in variant:
                words.add(variant, [id_], short=variant in brands)
    for canonical, parts in combined.items():
        ids = [substances.find(core(part)) for part in parts]
        if all(ids):
            for variant in (canonical, *variants[canonical]):
                if not _CHEMICAL.search(variant):
                    words.add(variant, [id_ for id_ in ids if id_], short=variant in brands)

    licensed: dict[str, set[Meaning]] = defaultdict(set)
    for brand, parts in read_ema(args.ema, read_live(args.atc)):
        ids = [
            substances.find(core(part)) or (normalise(core(part)).replace(" ", "_") if len(parts) == 1 else None)
            for part in parts
        ]
        if ids and all(ids) and not _begins_with(brand, parts):
            licensed[_PARENTHESIS.sub("", brand)].add(tuple(sorted({id_ for id_ in ids if id_})))
    for brand, parts in read_bdpm(args.bdpm_products, args.bdpm_substances):
        ids = [substances.find(french(part)) for part in parts]
        for part, id_ in zip(parts, ids, strict=True):
            if id_ and not _METAL.match(part.lower()) and not VACCINE.search(part) and not _HERB.search(part):
                words.add(_PARENTHESIS.sub("", part), [id_])
        if all(ids) and substances.find(brand.split()[0] if brand.split() else "") is None:
            licensed[brand].add(tuple(sorted({id_ for id_ in ids if id_})))
    for brand, meanings in licensed.items():
        if len(meanings) <= MANY and normalise(brand) not in words.meanings:
            for meaning in meanings:
                words.add(brand, meaning, short=True)
    for english, japanese in read_japanese(args.japanese):
        if id_ := substances.find(english):
            words.add(japanese, [id_], short=True)
    for english, others in read_swiss(args.swiss):
        if id_ := substances.find(english):
            for other in others:
                if normalise(other) not in words.meanings and not VACCINE.search(other):
                    words.add(other, [id_])
    for brand, meanings in _abroad(args, substances).items():
        if len(meanings) == 1 and normalise(brand) not in words.meanings and not _is_ordinary(brand, args.ordinary):
            words.add(brand, next(iter(meanings)))
    own = {name: id_ for name, id_ in substances.by_name.items() if name in words.meanings and substances.codes[id_]}
    for name, id_ in own.items():
        # The name of a substance means it, whatever else some list calls so.
        if (id_,) in words.meanings[name]:
            words.meanings[name] = {(id_,)}
    for word, text in by_hand["words"].items():
        form = normalise(word)
        words.meanings[form] = {tuple(one.split("+")) for one in text.split("|")}
    return words


def _abroad(args: argparse.Namespace, substances: Substances) -> dict[str, set[Meaning]]:
    """Brands of other national registers that say nothing of their substance; those of local products are left out."""
    by_code = {code: id_ for id_, codes in substances.codes.items() for code in codes}
    found: dict[str, set[Meaning]] = defaultdict(set)
    for brand, code in read_italy(args.italy):
        if code in by_code and not code.startswith(_LOCAL) and not _names_a_substance(brand, substances):
            found[brand].add((by_code[code],))
    for brand, parts, codes in read_canada(args.canada):
        ids = [substances.find(part) for part in parts]
        local = any(code.startswith(_LOCAL) for code in codes)
        if all(ids) and not local and not _names_a_substance(brand, substances):
            found[brand.casefold()].add(tuple(sorted({id_ for id_ in ids if id_})))
    return found


def _names_a_substance(brand: str, substances: Substances) -> bool:
    """Whether a brand holds the name of a substance ("Teva-Diltiazem"): a reader finds that name in it."""
    return any(substances.find(word) for word in normalise(brand).split())


def _is_ordinary(brand: str, texts: Path) -> bool:
    """Whether a brand is one word that stands in the names of conditions ("Loss"), or could be read as part of a sentence."""
    return " " not in normalise(brand) and normalise(brand) in _ordinary(texts)


@cache
def _ordinary(texts: Path) -> frozenset[str]:
    return frozenset(
        word
        for line in texts.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for word in line.split("\t")[0].split()
    )


def _begins_with(brand: str, parts: list[str]) -> bool:
    """Whether a brand is the name of its substance with that of a company behind it."""
    return normalise(brand).split()[0] in {word for part in parts for word in normalise(part).split()}


def classes(id_: str, by_hand: dict[str, Any], substances: Substances) -> list[str]:
    """The classes of ours to which a medicine that is not ours belongs."""
    codes = substances.codes.get(id_, set())
    rules = by_hand["classes"]
    groups = {
        name: (*rules.get(name, {}).get("atc", ()), *substances.groups.get(name, ()))
        for name in (*rules, *substances.groups)
    }
    return sorted(
        name
        for name, prefixes in groups.items()
        if id_ not in rules.get(name, {}).get("but", ())
        and (
            id_ in rules.get(name, {}).get("names", ())
            or any(code.startswith(prefix) for code in codes for prefix in prefixes)
        )
    )


def lines(words: Words, by_hand: dict[str, Any], substances: Substances) -> Iterator[str]:
    ours = substances.ours
    forms = {normalise(name).replace(" ", "_"): text.split("|") for name, text in by_hand["forms"].items()}
    for word, meanings in words.meanings.items():
        meanings = {one for meaning in meanings for one in product(*(forms.get(id_, [id_]) for id_ in meaning))}
        listed = sorted({"+".join(meaning) for meaning in meanings})
        named = dict.fromkeys(id_ for meaning in meanings for id_ in meaning)
        belongs = sorted(
            {name for id_ in named if ours.match(id_) is None for name in classes(id_, by_hand, substances)}
        )
        yield f"{word}\t{'|'.join(listed)}\t{' '.join(belongs)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in (
        "ner",
        "atc",
        "ema",
        "bdpm-products",
        "bdpm-substances",
        "japanese",
        "swiss",
        "italy",
        "canada",
        "out",
    ):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--ordinary", type=Path, default=Path("knowledge/words/conditions.tsv"))
    args = parser.parse_args()
    by_hand = yaml.safe_load(Path(__file__).with_name("medicines.yaml").read_text(encoding="utf-8"))
    ours = DrugNames(load().knowledge, WordList(Path("no list yet")))
    substances = Substances(ours, frozenset(normalise(name) for name in by_hand["forms"]))
    words = collect(args, by_hand, substances)
    found = sorted(lines(words, by_hand, substances), key=lambda line: line.split("\t")[0])
    head = "".join(f"# {line}".rstrip() + "\n" for line in by_hand["sources"].splitlines())
    args.out.write_text(head + "".join(f"{line}\n" for line in found), encoding="utf-8")
    print(f"{len(found)} words of {len({line.split(chr(9))[1] for line in found})} medicines")


if __name__ == "__main__":
    main()
