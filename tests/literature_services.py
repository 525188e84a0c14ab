"""A local server that answers as PubMed, Europe PMC, ClinicalTrials.gov and Crossref are documented to do, with faults on demand."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["FAULTS", "Library", "Paper", "Server", "serving"]


@dataclass(frozen=True)
class Paper:
    """A made-up publication; ``of`` are the services that have it."""

    title: str
    author: str = "Example A"
    year: int = 2026
    doi: str = ""
    pmid: str = ""
    of: tuple[str, ...] = ("pubmed",)
    types: tuple[str, ...] = ("Journal Article",)


@dataclass
class Library:
    """What the services hold. ``entries`` replace answers of Europe PMC or PubMed for one publication, by its title."""

    papers: list[Paper] = field(default_factory=list)
    trials: list[tuple[str, str]] = field(default_factory=list)
    updates: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    retracted: set[str] = field(default_factory=set)
    entries: dict[str, Any] = field(default_factory=dict)

    def of(self, service: str) -> list[Paper]:
        return [paper for paper in self.papers if service in paper.of]

    def answer(self, path: str, asked: dict[str, str]) -> Any:
        if path == "/pubmed/esearch.fcgi":
            numbers = [paper.pmid for paper in self.of("pubmed")]
            result = {"count": str(len(numbers)), "retmax": str(len(numbers)), "retstart": "0", "idlist": numbers}
            return {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result}
        if path == "/pubmed/esummary.fcgi":
            numbers = asked["id"].split(",")
            found = {paper.pmid: self._summary(paper) for paper in self.of("pubmed")}
            other = {one: {"uid": one, "title": "Cited.", "pubtype": self._types(one)} for one in numbers}
            entries = {**other, **{one: found[one] for one in numbers if one in found}}
            return {"header": {"type": "esummary", "version": "0.3"}, "result": {"uids": numbers, **entries}}
        if path == "/europe_pmc/search":
            papers, size = self.of("europe_pmc"), int(asked["pageSize"])
            start = 0 if asked["cursorMark"] == "*" else int(asked["cursorMark"])
            page = [self._lite(paper) for paper in papers[start : start + size]]
            return {
                "version": "6.9", "hitCount": len(papers), "nextCursorMark": str(start + size), "resultList": {"result": page},
            }  # fmt: skip
        if path == "/clinicaltrials/studies":
            size, start = int(asked["pageSize"]), int(asked.get("pageToken", "0"))
            page = [self._study(*trial) for trial in self.trials[start : start + size]]
            more = {"nextPageToken": str(start + size)} if start + size < len(self.trials) else {}
            total = {} if "pageToken" in asked else {"totalCount": len(self.trials)}
            return {"studies": page, **more, **total}
        if path == "/crossref/works":
            items = self.updates.get(asked["filter"].removeprefix("updates:"), [])
            return {
                "status": "ok",
                "message-type": "work-list",
                "message": {"total-results": len(items), "items": items},
            }
        raise KeyError(path)

    def _types(self, number: str) -> list[str]:
        return ["Journal Article", *(["Retracted Publication"] if number in self.retracted else [])]

    def _summary(self, paper: Paper) -> Any:
        if paper.title in self.entries:
            return self.entries[paper.title]
        ids = [{"idtype": "pubmed", "idtypen": 1, "value": paper.pmid}]
        ids += [{"idtype": "doi", "idtypen": 3, "value": paper.doi}] if paper.doi else []
        return {
            "uid": paper.pmid, "title": f"{paper.title}.", "sortfirstauthor": paper.author, "pubdate": f"{paper.year} Mar",
            "authors": [{"name": paper.author, "authtype": "Author", "clusterid": ""}], "source": "J Ex",
            "pubtype": list(paper.types), "articleids": ids,
        }  # fmt: skip

    def _lite(self, paper: Paper) -> Any:
        if paper.title in self.entries:
            return self.entries[paper.title]
        known = {"doi": paper.doi, "pmid": paper.pmid}
        return {
            "id": paper.pmid or "PPR1", "source": "MED" if paper.pmid else "PPR", "title": f"{paper.title}.",
            "authorString": f"{paper.author}, Other B.", "pubYear": str(paper.year), "journalTitle": "J Ex",
            "pubType": "; ".join(paper.types).lower(), **{key: value for key, value in known.items() if value},
        }  # fmt: skip

    @staticmethod
    def _study(number: str, title: str) -> Any:
        named = {"nctId": number, "briefTitle": title}
        return {
            "protocolSection": {"identificationModule": named, "statusModule": {"overallStatus": "NOT_YET_RECRUITING"}}
        }


FAULTS = {
    "429 with a time to wait": (429, b'{"error":"API rate limit exceeded"}', {"Retry-After": "7"}),
    "429 with a day": (429, b"", {"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}),
    "429 with a day of no calendar": (429, b"", {"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}),
    "500": (500, b"<html>Internal Server Error</html>", {}),
    "502": (502, b"", {}),
    "503 for long": (503, b"", {"Retry-After": "86400"}),
    "no JSON": (200, b"<html><body>captive portal</body></html>", {}),
    "JSON cut off": (200, b'{"esearchresult": {"count": "3", "idl', {}),
    "connection cut": (200, b'{"', {"Content-Length": "5000"}),
    "a list": (200, b"[]", {}),
    "wrong types": (
        200,
        json.dumps(
            {
                "esearchresult": {"count": [], "idlist": {}},
                "result": 3,
                "hitCount": "many",
                "resultList": [],
                "studies": {},
                "totalCount": -1,
                "message": [],
            }
        ).encode(),
        {},
    ),
    "an error of ESearch": (200, b'{"esearchresult": {"ERROR": "Search Backend failed"}, "result": null}', {}),
    "not UTF-8": (200, b"\xff\xfe{", {}),
    "deep": (200, b"[" * 100_000, {}),
}
"""What can go wrong, as status, body and headers."""


class Server(ThreadingHTTPServer):
    """``faults`` are answers to give instead, by path: how many times, and which; ``asked`` lists every request."""

    library: Library
    faults: dict[str, tuple[int, str]]
    asked: list[tuple[str, dict[str, str]]]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fail(self, path: str, fault: str, times: int = 10**6) -> None:
        self.faults[path] = (times, fault)

    def heal(self) -> None:
        self.faults.clear()

    def count(self) -> Counter[str]:
        return Counter(path for path, _ in self.asked)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.server.asked.append((parts.path, asked))
        left, fault = self.server.faults.get(parts.path, (0, ""))
        if left:
            self.server.faults[parts.path] = (left - 1, fault)
            status, body, headers = FAULTS[fault]
        else:
            status, body, headers = 200, json.dumps(self.server.library.answer(parts.path, asked)).encode(), {}
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(library: Library) -> Iterator[Server]:
    """Serve a library on a port of this machine."""
    server = Server(("127.0.0.1", 0), _Handler)
    server.library, server.faults, server.asked = library, {}, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
