"""The pages for reading: every record has a page, and a wrong address is answered with the nearest."""

from __future__ import annotations

import httpx


def test_the_matrix_shows_patients_and_direction_by_disease(client: httpx.Client) -> None:
    page = client.get("/therapies").text
    row = page[page.index('href="/therapy/rituximab"') :].partition("</tr>")[0]
    assert 'href="/therapy/rituximab#disease-juvenile_dermatomyositis"' in row
    assert "no benefit" in row
