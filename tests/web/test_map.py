"""The map on the server: its page and its files."""

from __future__ import annotations

import json
import re

import httpx

from calcinosis_kb import KnowledgeBase


def test_the_map_is_served_without_inline_script_or_style(client: httpx.Client, kb: KnowledgeBase) -> None:
    page = client.get("/map")
    assert page.status_code == 200
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page.text)
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", page.text)
    assert [text for kind, text in scripts if "application/json" not in kind] == [""]
    data = json.loads(next(text for kind, text in scripts if "application/json" in kind))
    assert {node["id"] for node in data["nodes"]} >= set(kb.graph)
    for address in re.findall(r'(?:href|src)="(/map/[^"]+)"', page.text):
        assert client.get(address).status_code == 200
    assert client.get("/map/moonlight.js").status_code == 404
