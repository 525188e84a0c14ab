"""What Tab proposes, asked as the shells ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.cli.completion import rejoin_words
from commandline import start

COMMAND = [sys.executable, "-m", "calcinosis_kb"]


def ask(shell: str, environment: dict[str, str]) -> list[str]:
    done = start(_CALCINOSIS_KB_COMPLETE=f"complete_{shell}", **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    return [line for line in done.stdout.decode().splitlines() if line]


def bash(line: str, **environment: str) -> list[str]:
    """The proposals for the last word of a line, whose words are parted by | as bash parts them."""
    words = line.split("|")
    asked = {"COMP_WORDS": "\n".join(["calcinosis-kb", *words]), "COMP_CWORD": str(len(words))}
    return ask("bash", {**asked, **environment})


def zsh(line: str) -> list[str]:
    return ask("zsh", {"_TYPER_COMPLETE_ARGS": f"calcinosis-kb {line}"})


@pytest.mark.usefixtures("kb")
@pytest.mark.parametrize(
    ("line", "proposal"),
    [
        ("wor", "words"),
        ("suggest|--dis", "--disease"),
        ("suggest|--disease|limited", "limited_ssc_crest"),
        ("suggest|--tried|dilt", "diltiazem"),
        ("suggest|--tried|Dilt", "Diltiazem"),
        ("suggest|--tried|cardiz", "cardizem"),
        ("suggest|--tried|non", "none"),
        ("suggest|--condition|heart_b", "heart_block"),
        ("suggest|--medication|loop", "loop_diuretic"),
        ("suggest|--medication|warf", "warfarin"),
        ("suggest|--allergy|infl", "infliximab"),
        ("suggest|--lab|egf", "egfr="),
        ("suggest|--feature|ulc", "ulceration"),
        ("suggest|--site|elb", "elbow"),
        ("suggest|--pattern|univ", "universalis"),
        ("suggest|--sex|f", "female"),
        ("why|ritux", "rituximab"),
        ("therapy|ritux", "rituximab"),
        ("graph|path|warfarin|dystrophic", "dystrophic_calcinosis"),
        ("graph|path|warf", "warfarin"),
        ("graph|neighbours|mgp", "mgp"),
        ("graph|compare|warfarin|ritux", "rituximab"),
        ("graph|without|mgp", "mgp"),
        ("graph|draw|--disease|limited", "limited_ssc_crest"),
        ("graph|draw|--focus|mgp", "mgp"),
        ("graph|draw|--path|mgp|dystrophic", "dystrophic_calcinosis"),
        ("graph|patient|--site|elb", "elbow"),
        ("story|warf", "warfarin-paradox"),
        ("explain|CKB04", "CKB048"),
        ("words|dis", "diseases"),
        ("new|pat", "patient"),
        ("new|rule|x|--therapy|ritux", "rituximab"),
        ("evidence|forest|ritux", "rituximab"),
    ],
)
def test_what_is_proposed(line: str, proposal: str) -> None:
    assert proposal in bash(line)


@pytest.mark.usefixtures("kb")
def test_bash_parts_a_word_at_its_colon_and_equals_sign(kb: KnowledgeBase) -> None:
    """And replaces only what follows the last of them."""
    assert bash("suggest|--tried|diltiazem|:|in") == ["ineffective"]
    assert sorted(bash("suggest|--tried|diltiazem|:")) == sorted(kb.knowledge.terms.outcomes)
    assert bash("suggest|--lab|hbsag|=|p") == ["positive"]
    assert bash("suggest|--lab|=|hbs") == ["hbsag="]
    assert bash("suggest|--lab|=|hbsag|=|n") == ["negative"]
    assert bash("suggest|--tried|'diltiazem 180 mg: not") == ["diltiazem 180 mg: not_tolerated"]


@pytest.mark.usefixtures("kb")
def test_every_command_that_takes_a_therapy_completes_it() -> None:
    for line in ("why|minoc", "therapy|minoc", "compare|rituximab|minoc", "letter|minoc", "evidence|forest|minoc"):
        assert bash(line) == ["minocycline"], line
    for line in ("ask|--disease|limited", "compare|1|2|--disease|limited", "letter|1|--disease|limited"):
        assert bash(line) == ["limited_ssc_crest"], line


@pytest.mark.usefixtures("kb")
def test_zsh_shows_the_names() -> None:
    assert '"limited_ssc_crest":"Limited systemic sclerosis' in zsh("suggest --disease lim")[0]
    assert '"diltiazem\\\\:ineffective":"The calcinosis did not change' in zsh("suggest --tried diltiazem:inef")[0]


@pytest.mark.usefixtures("kb")
def test_what_means_nothing_is_no_fault() -> None:
    assert ask("bash", {"COMP_WORDS": "calcinosis-kb\nwhy", "COMP_CWORD": "x"}) == []
    for line in (
        "suggest|--tried|zzzz",
        "suggest|--lab|zzz|=|1",
        "suggest|--tried|:",
        "nonsense|x",
    ):
        assert bash(line) == [], line


@pytest.mark.slow
def test_a_cache_that_is_broken_or_missing(tmp_path: Path, kb: KnowledgeBase) -> None:
    cache = tmp_path / "calcinosis-kb"
    cache.mkdir()
    (cache / f"{kb.knowledge.version}-broken.json").write_text("{", encoding="utf-8")
    assert bash("why|ritux", XDG_CACHE_HOME=str(tmp_path)) == ["rituximab"]
    assert bash("why|ritux", XDG_CACHE_HOME=str(tmp_path / "new")) == ["rituximab"]
    locked = tmp_path / "file"
    locked.write_text("", encoding="utf-8")
    assert bash("why|ritux", XDG_CACHE_HOME=str(locked)) == ["rituximab"]


def test_a_word_is_proposed_without_the_models() -> None:
    """To import and validate what an answer needs takes longer than anybody waits for a word."""
    script = (
        "import sys, os; sys.argv = ['calcinosis-kb']\n"
        "os.environ.update(_CALCINOSIS_KB_COMPLETE='complete_bash', COMP_WORDS='calcinosis-kb suggest --tried dilt', COMP_CWORD='3')\n"
        "from calcinosis_kb.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('calcinosis_kb.base', 'calcinosis_kb.knowledge.knowledge', 'yaml', 'networkx') if name in sys.modules])\n"
    )
    subprocess.run([*COMMAND, "words"], check=True, capture_output=True)  # the snapshot is made by whatever comes first
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["diltiazem", "diltiazem_topical", "[]"]


def test_nothing_is_completed_where_no_shell_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", "calcinosis-kb\nwhy\n:\nx")
    rejoin_words()
    assert os.environ["COMP_WORDS"] == "calcinosis-kb\nwhy\n:\nx"
