"""Write the figures of the evaluation into its page: ``python docs/studies/evaluation_figures.py``."""

from __future__ import annotations

from pathlib import Path

from calcinosis_kb import load
from calcinosis_kb.evaluation.published import read_published
from calcinosis_kb.evaluation.scoring import Evaluation, evaluate
from calcinosis_kb.report.blocks import Heading
from calcinosis_kb.report.evaluation import figures
from calcinosis_kb.report.render import as_markdown

PAGE = Path(__file__).parents[1] / "evaluation.md"
CASES = PAGE.parents[1] / "knowledge" / "cases"
BEGIN, END = "<!-- the figures of `calcinosis-kb evaluate` -->\n", "<!-- end of the figures -->"


def with_figures(page: str, evaluation: Evaluation) -> str:
    """The page with these figures between its two marks. Raises `ValueError` if a mark is missing."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} lacks one of its marks")
    blocks = [Heading(one.text, level=3) if isinstance(one, Heading) else one for one in figures(evaluation)]
    return f"{before}{BEGIN}\n{as_markdown(blocks)}\n\n{END}{after}"


if __name__ == "__main__":
    kb = load()
    page = with_figures(PAGE.read_text(encoding="utf-8"), evaluate(kb, read_published(CASES, kb.reader)))
    PAGE.write_text(page, encoding="utf-8")
