"""The services that the watch asks: their addresses, their rates, and who asks.

NCBI asks for at most three requests a second without a key and ten with one, and for ``tool`` and ``email``, so that it can write to
whoever asks too much before it shuts them out (https://www.ncbi.nlm.nih.gov/books/NBK25497/, as https://ncbi.life/e-utilities repeats it;
with a key: https://support.nlm.nih.gov/knowledgebase/article/KA-05317/en-us). For the others no rate of single requests was read, and they
get three a second as well, but for ClinicalTrials.gov (`calcinosis_kb.editing.watch.clinical_trials`).
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from calcinosis_kb.documents.cache import cache_folder
from calcinosis_kb.editing.citation import CROSSREF, PUBMED
from calcinosis_kb.editing.client import Client, is_allowed
from calcinosis_kb.editing.watch.clinical_trials import ClinicalTrials
from calcinosis_kb.editing.watch.europe_pmc import EuropePMC
from calcinosis_kb.editing.watch.found import Page
from calcinosis_kb.editing.watch.pubmed import PubMed
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.knowledge.searches import Service
from calcinosis_kb.knowledge.searchstring import Term

__all__ = ["ADDRESSES", "NAMES", "Services", "Source", "services"]

ADDRESSES = {
    "pubmed": PUBMED,
    "europe_pmc": "https://www.ebi.ac.uk/europepmc/webservices/rest",
    "clinicaltrials": "https://clinicaltrials.gov/api/v2",
    "crossref": CROSSREF,
}
NAMES = {
    "pubmed": "PubMed",
    "europe_pmc": "Europe PMC",
    "clinicaltrials": "ClinicalTrials.gov",
    "crossref": "Crossref",
}
_CONTACT = re.compile(r"[^\s@<>()\"]+@[^\s@<>()\"]+\.[^\s@<>()\"]+")
_TRIES = 4
_SECONDS = 30.0


class Source(Protocol):
    """A service that can be searched."""

    @property
    def service(self) -> Service: ...

    @property
    def client(self) -> Client: ...

    def string(self, term: Term) -> str: ...

    def pages(self, string: str, since: date | None, on: date) -> Iterator[Page]: ...


@dataclass(frozen=True)
class Services:
    """The services of one watch; ``crossref`` is asked for notices only."""

    pubmed: PubMed
    europe_pmc: EuropePMC
    clinicaltrials: ClinicalTrials
    crossref: Client

    @property
    def sources(self) -> tuple[Source, ...]:
        """Those that can be searched, the one whose citations are taken first in front."""
        return (self.pubmed, self.europe_pmc, self.clinicaltrials)


def services(
    on: date,
    environment: Mapping[str, str],
    contact: str = "",
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Services:
    """Return the services as they are asked on a day, with copies of that day's answers in the user's cache.

    ``CALCINOSIS_KB_SERVICES`` in the environment is the address of a stand-in that has them all, each below its name (tests, a proxy);
    ``NCBI_API_KEY`` is a key for E-utilities. Raises `InputError` (CKB121) for an address or contact that cannot be used.
    """
    if contact and not _CONTACT.fullmatch(contact):
        raise InputError(
            (Problem("CKB121", f"'{contact}' is no e-mail address", fix="write --contact name@example.org"),)
        )
    stand_in = environment.get("CALCINOSIS_KB_SERVICES", "").rstrip("/")
    if stand_in and not is_allowed(stand_in):
        fix = "give an address with https, or one of this machine; unset it to ask the services themselves"
        raise InputError((Problem("CKB121", f"CALCINOSIS_KB_SERVICES is '{stand_in}', which is not asked", fix=fix),))
    key = environment.get("NCBI_API_KEY", "")
    mail = {"email": contact} if contact else {}
    identities = {
        "pubmed": {"tool": "calcinosis-kb", **mail, **({"api_key": key} if key else {})},
        "europe_pmc": mail,
    }
    rates = {"pubmed": 10.0 if key else 3.0, "clinicaltrials": 50 / 60}
    copies = _copies(on)

    def client(name: str) -> Client:
        base = f"{stand_in}/{name}" if stand_in else ADDRESSES[name]
        return Client(
            NAMES[name], base, rates.get(name, 3.0), _TRIES, _SECONDS, identity=identities.get(name, {}), contact=contact,
            copies=copies, clock=clock, sleep=sleep,
        )  # fmt: skip

    return Services(
        PubMed(client("pubmed")),
        EuropePMC(client("europe_pmc")),
        ClinicalTrials(client("clinicaltrials")),
        client("crossref"),
    )


def _copies(on: date) -> Path | None:
    """The folder for copies of one day's answers; those of other days are removed. None for a user without a home."""
    try:
        folder = cache_folder("calcinosis-kb-watch")
    except RuntimeError:
        return None
    for other in folder.glob("*"):
        if other.name != on.isoformat():
            shutil.rmtree(other, ignore_errors=True)
    return folder / on.isoformat()
