"""Fetch citations from local servers that answer as Crossref and PubMed do, or fail."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from calcinosis_kb.editing.citation import fetch_doi, fetch_pmid, proposed_id, read_doi, read_pmid
from calcinosis_kb.errors import InputError
from calcinosis_kb.knowledge.models import Citation

DOI = "10.1234/made.up(5)<x>"
Answer = tuple[int, str, bytes]


class Server(ThreadingHTTPServer):
    answer: Answer = (200, "application/json", b"{}")
    seconds = 0.0
    asked: list[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, kind, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        for byte in body[:20] if self.server.seconds else b"":
            time.sleep(self.server.seconds)
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
        if not self.server.seconds:
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.asked = []
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def answers(server: Server, data: Any, status: int = 200, kind: str = "application/json") -> None:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    server.answer = (status, kind, body)


def crossref(**message: Any) -> dict[str, Any]:
    return {"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": {"DOI": DOI, **message}}


def test_a_work_of_crossref(server: Server) -> None:
    answers(
        server,
        crossref(
            title=["<b>Effect</b> of <i>N</i>-acetylcysteine &amp; zinc,\n p &lt; 0.05"],
            author=[
                {"given": "B", "family": "Second", "sequence": "additional", "affiliation": []},
                {"given": "A", "family": "Liñán Barroso", "sequence": "first", "affiliation": []},
            ],
            issued={"date-parts": [[2022, 3, 1]]},
            **{"container-title": ["The Journal of Examples"], "short-container-title": ["J Ex"]},
        ),
    )
    assert fetch_doi(DOI, base=server.address) == Citation(
        title="Effect of N-acetylcysteine & zinc, p < 0.05",
        first_author="Liñán Barroso",
        year=2022,
        journal="J Ex",
        doi=DOI,
    )
    assert server.asked == ["/works/10.1234%2Fmade.up%285%29%3Cx%3E"]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"title": [], "author": [], "issued": {"date-parts": [[None]]}, "container-title": []},
        {"title": "text", "author": {"family": "X"}, "issued": None},
        {"title": [7], "author": ["X"], "issued": {"date-parts": []}, "container-title": [None]},
    ],
)
def test_what_crossref_does_not_say_is_absent(server: Server, message: dict[str, Any]) -> None:
    answers(server, crossref(**message))
    assert fetch_doi(DOI, base=server.address) == Citation(doi=DOI)


def test_a_group_of_authors_has_a_name(server: Server) -> None:
    answers(server, crossref(author=[{"name": "The Example Group", "sequence": "first", "affiliation": []}]))
    assert fetch_doi(DOI, base=server.address).first_author == "The Example Group"


def pubmed(**entry: Any) -> dict[str, Any]:
    return {
        "header": {"type": "esummary", "version": "0.3"},
        "result": {"uids": ["123"], "123": {"uid": "123", **entry}},
    }


def test_a_summary_of_pubmed(server: Server) -> None:
    answers(
        server,
        pubmed(
            title="A title with <sub>2</sub> parts.",
            sortfirstauthor="van Toorn R",
            authors=[{"name": "van Toorn R", "authtype": "Author", "clusterid": ""}],
            pubdate="2014 Mar-Apr",
            source="Semin Ex",
            fulljournalname="Seminars in examples",
            articleids=[
                {"idtype": "pubmed", "idtypen": 1, "value": "123"},
                {"idtype": "doi", "idtypen": 3, "value": "10.1234/x"},
                {"idtype": "pmc", "idtypen": 8, "value": "PMC77"},
            ],
        ),
    )
    assert fetch_pmid("123", base=server.address) == Citation(
        title="A title with 2 parts",
        first_author="van Toorn",
        year=2014,
        journal="Semin Ex",
        pmid="123",
        doi="10.1234/x",
        pmcid="PMC77",
    )
    assert server.asked == ["/esummary.fcgi?db=pubmed&id=123&retmode=json"]


@pytest.mark.parametrize(
    "entry", [{}, {"title": "", "sortfirstauthor": "", "authors": [], "pubdate": "", "articleids": []}]
)
def test_what_pubmed_does_not_say_is_absent(server: Server, entry: dict[str, Any]) -> None:
    answers(server, pubmed(**entry))
    assert fetch_pmid("123", base=server.address) == Citation(pmid="123")


def test_a_number_that_pubmed_does_not_have(server: Server) -> None:
    answers(server, pubmed(error="cannot get document summary"))
    with pytest.raises(InputError, match=r"CKB077[\s\S]*cannot get document summary"):
        fetch_pmid("123", base=server.address)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (404, b"Resource not found.", "does not know the DOI"),
        (503, b"<html>maintenance</html>", "status 503"),
        (200, b"<html><body>captive portal</body></html>", "not the JSON"),
        (200, b"[1, 2]", "not the JSON"),
        (200, b"", "not the JSON"),
        (200, b"[" * 100_000, "not the JSON"),
        (200, b"\xff\xfe{", "not the JSON"),
        (200, b'{"message": 3}', "did not answer with the work"),
        (200, b'{"message": {"DOI": "10.9999/other"}}', "did not answer with the work"),
    ],
)
def test_an_answer_that_cannot_be_used(server: Server, status: int, body: bytes, told: str) -> None:
    answers(server, body, status, "text/html")
    with pytest.raises(InputError, match=told):
        fetch_doi(DOI, base=server.address)


def test_nobody_is_sent_elsewhere(server: Server) -> None:
    answers(server, b"", 302)
    with pytest.raises(InputError, match="status 302"):
        fetch_doi(DOI, base=server.address)
    assert len(server.asked) == 1


def test_an_answer_that_is_not_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer() -> None:
            with plain.accept()[0] as connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example.org ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(InputError, match=r"CKB077[\s\S]*cannot be reached"):
            fetch_doi(DOI, base=f"http://127.0.0.1:{plain.getsockname()[1]}")
        thread.join()


def test_a_slow_answer_is_not_waited_for(server: Server) -> None:
    answers(server, crossref())
    server.seconds = 0.1
    start = time.monotonic()
    with pytest.raises(InputError, match="too long"):
        fetch_doi(DOI, base=server.address, seconds=0.3)
    assert time.monotonic() - start < 2


def test_nobody_is_there() -> None:
    with pytest.raises(InputError, match=r"CKB077[\s\S]*cannot be reached"):
        fetch_doi(DOI, base="http://127.0.0.1:9", seconds=1)


@pytest.mark.parametrize("text", ["", "10.12/x", "doi.org", "10.1234/", "11.1234/x", "10.1234/a b", "PMC123"])
def test_what_is_no_doi(text: str) -> None:
    with pytest.raises(InputError, match="CKB076"):
        read_doi(text)


@pytest.mark.parametrize("text", ["", "0", "PMC123", "123456789", "12 3", "ten"])
def test_what_is_no_pmid(text: str) -> None:
    with pytest.raises(InputError, match="CKB076"):
        read_pmid(text)


@pytest.mark.parametrize(
    ("author", "taken", "id_"),
    [
        ("Öztürk", [], "ozturk-2020"),
        ("Møller-Łuczak", [], "moller-luczak-2020"),
        ("O'Brien", ["o-brien-2020", "o-brien-2020-b"], "o-brien-2020-c"),
        ("张", [], None),
        (None, [], None),
    ],
)
def test_the_id_that_is_proposed(author: str | None, taken: list[str], id_: str | None) -> None:
    assert proposed_id(Citation(first_author=author, year=2020), taken) == id_
