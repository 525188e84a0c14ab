"""No small count can be told from what is shown, by somebody who knows all that is shown and how it was chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb.cohort.small_counts import LEAST, Count, among, overlapping, parted


def wholes(parts: int, whole: int) -> Iterator[tuple[int, ...]]:
    """Every way to part a whole."""
    if parts == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        for rest in wholes(parts - 1, whole - first):
            yield (first, *rest)


@pytest.mark.parametrize(("parts", "largest"), [(2, 40), (3, 26), (4, 17)])
@pytest.mark.parametrize("least", [LEAST, 6])
def test_every_small_part_could_be_another(parts: int, largest: int, least: int) -> None:
    """Of all wholes that would be shown in the same way, no two agree on a part that is small."""
    for whole in range(1, largest):
        alike: dict[tuple[Count, ...], list[tuple[int, ...]]] = defaultdict(list)
        for one in wholes(parts, whole):
            alike[parted(one, least)].append(one)
        for shown, possible in alike.items():
            for place in range(parts):
                values = {one[place] for one in possible}
                assert len(values) > 1 or not 0 < min(values) < least, (shown, possible)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8), st.integers(LEAST, 12))
def test_what_is_shown_is_true_and_large(parts: list[int], least: int) -> None:
    for part, count in zip(parts, parted(parts, least), strict=True):
        assert count.shown in (None, part)
        assert not 0 < (count.shown or 0) < least
        assert not count.small or 0 < part < least
    if all(part == 0 or part >= least for part in parts):
        assert [count.shown for count in parted(parts, least)] == parts


@given(st.integers(LEAST, 200), st.data())
def test_neither_few_nor_all_but_few_are_told(whole: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, whole))
    shown = among(count, whole, LEAST).shown
    assert shown in (None, count)
    assert (shown is None) == (0 < count < LEAST or 0 < whole - count < LEAST)


@given(st.lists(st.frozensets(st.integers(0, 30), min_size=1), min_size=1, max_size=5))
def test_groups_that_share_people_do_not_give_a_small_one_away(groups: list[frozenset[int]]) -> None:
    """What the other groups leave of all is at most one person: a small group could be of any size."""
    union = len(frozenset().union(*groups))
    if union < LEAST:
        return
    made = overlapping([len(group) for group in groups], union, LEAST)
    for place, (group, count) in enumerate(zip(groups, made, strict=True)):
        assert count.shown in (None, len(group))
        assert not 0 < (count.shown or 0) < LEAST
        if count.small:
            others = [one for n, one in enumerate(made) if n != place]
            most = sum(union if not one.small and one.shown is None else one.shown or LEAST - 1 for one in others)
            assert union - most <= 1
