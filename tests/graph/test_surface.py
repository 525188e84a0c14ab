"""What calcinosis_kb.graph exports."""

from __future__ import annotations

import calcinosis_kb.graph


def test_the_public_surface_is_what_it_says() -> None:
    surface = calcinosis_kb.graph.__all__
    assert sorted(surface) == surface
    # Asked twice, because a module that was imported meanwhile must not take a function's place.
    for name in (*surface, *surface):
        assert callable(getattr(calcinosis_kb.graph, name)), name
