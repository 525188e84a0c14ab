"""Whole answers as they are printed (tests/advice/answers): read them, and write them anew after a change of what is known.

python tests/printed_answers.py && git diff tests/advice/answers
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from commandline import call
from strategies import ROOT

__all__ = ["ANSWERS", "printed", "typed"]

ANSWERS = sorted((ROOT / "tests" / "advice" / "answers").glob("*.txt"))
PROMPT = "$ calcinosis-kb "
VARIES = re.compile(r"(?P<before>\b(?:knowledge|overlay) |\.yaml:)(?:[0-9a-f]{8}|\d+)\b")
"""What an edit elsewhere changes: the hashes of the files, and the line of a rule."""


def typed(answers: Path) -> Iterator[tuple[str, str]]:
    """Each command of a file, with what it prints."""
    for part in answers.read_text(encoding="utf-8").split(PROMPT)[1:]:
        command, _, answer = part.partition("\n")
        yield command, answer


def printed(command: str) -> str:
    """What a command prints, without what varies."""
    done = call(*shlex.split(command), folder=ROOT)
    text = VARIES.sub(r"\g<before>…", done.stdout + done.stderr)
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n\n"


if __name__ == "__main__":
    for file in ANSWERS:
        texts = [f"{PROMPT}{command}\n{printed(command)}" for command, _ in typed(file)]
        file.write_text("".join(texts), encoding="utf-8")
