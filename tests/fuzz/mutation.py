"""Change JSON as JSON: values replaced, removed, repeated, moved and nested, and their texts as a fuzzer changes bytes."""

from __future__ import annotations

import json
import random
from typing import Any

from fuzz.dictionary import words

__all__ = ["mutate_json"]

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, -1.5, 1e308, 10**30, 5e-324, "", " ", "x", "\ud800", "\0", "9" * 400, "é" * 2000, [], {}, [[]],
    [None], [{}],     {"coding": "x"}, {"reference": 3}, {"value": "x"}, "2020-02-30", "9999-12-31T23:59:59+14:00",
)  # fmt: skip
ACTS = 10


def mutate_json(data: bytes, max_size: int, seed: int) -> bytes:
    """Return changed JSON; of a text that is none, or one time in eight, changed bytes."""
    import atheris  # of an extra; it is asked for in a run only

    chance = random.Random(seed)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return bytes(atheris.Mutate(data, max_size))
    if chance.random() < 0.125:
        return bytes(atheris.Mutate(data, max_size))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        value = _changed(value, chance)
    made = json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "replace")
    return made if len(made) <= max_size else data[:max_size]


def _changed(value: Any, chance: random.Random) -> Any:
    """The value with one change somewhere in it."""
    places = list(_places(value))
    if not places:
        return chance.choice(VALUES)
    holder, key = chance.choice(places)
    act, (other, whence) = chance.randrange(ACTS), chance.choice(places)
    if act == 0:
        del holder[key]
    elif act == 1:
        holder[key] = chance.choice(VALUES)
    elif act == 2:
        holder[key] = [holder[key]] if chance.random() < 0.5 else {"value": holder[key]}
    elif act == 3:
        holder[key] = _copy(other[whence])
    elif act == 4 and isinstance(holder, list):
        holder.insert(chance.randrange(len(holder) + 1), _copy(holder[key]))
    elif act == 5 and isinstance(holder, dict) and isinstance(whence, str):
        holder[whence] = _copy(other[whence])
    elif isinstance(holder[key], str):
        holder[key] = _text(holder[key], chance)
    elif isinstance(holder[key], int | float):
        holder[key] = chance.choice((-holder[key], holder[key] * 10, holder[key] / 10, str(holder[key])))
    else:
        holder[key] = chance.choice(words())
    return value


def _text(text: str, chance: random.Random) -> str:
    import atheris

    way = chance.randrange(4)
    if way == 0:
        return chance.choice(words())
    if way == 1:
        at = chance.randrange(len(text) + 1)
        return f"{text[:at]}{chance.choice(words())}{text[at:]}"
    return bytes(atheris.Mutate(text.encode("utf-8", "replace"), 2 * len(text) + 20)).decode("utf-8", "replace")


def _places(value: Any) -> Any:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))
