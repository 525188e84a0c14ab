"""Match quotes with texts, and accept or refuse each trap as a careful reader would. The texts are invented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb.editing.passages import nearest_passage
from calcinosis_kb.knowledge.normalform import normal_form
from calcinosis_kb.knowledge.quotations import Fault, Found, find, plausible

TRAPS = [
    # (why, text, quote, whether it is accepted)
    ("word for word", "Pain fell in all of them.", "fell in all", True),
    ("comparator turned", "no effect (p > 0.05) was seen", "no effect (p < 0.05) was seen", False),
    ("comparator made inclusive", "ferritin ≤ 300 at entry", "ferritin < 300 at entry", False),
    ("the same comparator, typed in ASCII", "ferritin ≤ 300 at entry", "ferritin <= 300 at entry", True),
    ("equals made less than", "p = 0.05 overall", "p < 0.05 overall", False),
    ("comparator cut off in front", "with p < 0.05 overall", "0.05 overall", False),
    ("plus-minus lost", "a score of 5 ± 2 points", "a score of 5 2 points", False),
    ("plus-minus, spaced and typed otherwise", "a score of 5 ± 2 points", "a score of 5+/-2 points", True),
    ("standard deviation cut off", "a score of 5 ± 2", "a score of 5", False),
    ("sign lost", "a change of −5 mm", "a change of 5 mm", False),
    ("sign added", "a change of 5 mm", "a change of -5 mm", False),
    ("sign cut off in front", "changed by −5 mm in all", "5 mm in all", False),
    ("the same sign, typed as a hyphen", "a change of −5 mm", "a change of -5 mm", True),
    ("a sign is no hyphen between words", "fell −5 in all", "fell – 5 in all", False),
    ("a range is no negative number", "from 2–5 weeks", "from 2 -5 weeks", False),
    ("range with another dash", "after 12–34 weeks", "after 12-34 weeks", True),
    ("range spaced out", "after 12 – 34 weeks", "after 12–34 weeks", True),
    ("range cut short", "after 12–34 weeks", "after 12", False),
    ("number changed", "12 of 20 improved", "13 of 20 improved", False),
    ("number cut in front", "in 112 patients", "12 patients", False),
    ("number cut behind", "in 12.5 months", "in 12", False),
    ("decimals cut off in front", "a dose of 0.5 mg daily", "5 mg daily", False),
    ("decimal comma for a point", "a calcium of 8.3 mg/dl", "a calcium of 8,3 mg/dl", False),
    ("decimal point raised, as some journals print it", "p=0·04 for pain", "p = 0.04 for pain", True),
    ("raised figure flattened", "a load of 10² units", "a load of 102 units", False),
    ("raised figure cut off", "a load of 10² units", "a load of 10", False),
    ("lowered figures flattened", "of CO₂ laser", "of CO2 laser", False),
    ("power of a unit cut off", "at 5 mg/m² weekly", "at 5 mg/m", False),
    ("reference mark after the last word", "it did not recur¹⁻⁴. Then", "it did not recur", True),
    ("percent lost", "response in 50% of them", "response in 50 of them", False),
    ("percent cut off", "response in 50 %", "response in 50", False),
    ("percent with a space", "response in 50\u2009% of them", "response in 50% of them", True),
    ("unit changed", "at 5 mg daily", "at 5 µg daily", False),
    ("unit per kilogram cut off", "at 5 mg/kg daily", "at 5 mg", False),
    ("micro sign and Greek mu", "at 5 µg daily", "at 5 μg daily", True),
    ("unit without a space", "at 5mg daily", "at 5 mg daily", True),
    ("case of a unit", "of 5 mM calcium", "of 5 MM calcium", False),
    ("case of a word", "May be tried", "may be tried", False),
    ("negation lost", "it was not effective", "it was effective", False),
    ("negation in a prefix cut off", "all were in-\neffective", "effective", False),
    ("prefix of a compound cut off", "four non-responders left", "responders left", False),
    ("second part of a compound cut off", "anti-inflammatory drugs", "inflammatory drugs", False),
    ("end of a word cut off", "was ineffective", "was ineffect", False),
    ("word order", "pain before surgery after all", "surgery before pain after all", False),
    ("a word left out in silence", "seldom seems to help", "seems help", False),
    ("a word more", "seems to help", "always seems to help", False),
    ("a letter more", "treated patient improved", "treated patients improved", False),
    ("line broken", "seems to\n   help most", "seems to help most", True),
    ("space that does not break", "in\u00a0five\u202fpatients", "in five patients", True),
    ("hyphen at a line end", "calci-\nnosis improved", "calcinosis improved", True),
    ("hyphen at a line end that belongs to the word", "long-\nterm benefit", "long-term benefit", True),
    ("hyphen at a line end before a figure stays", "blocks IL-\n6 well", "blocks IL-6 well", True),
    ("and may not be dropped", "blocks IL-\n6 well", "blocks IL6 well", False),
    ("range over a line end is no other number", "in 12-\n34 weeks", "in 1234 weeks", False),
    ("hanging hyphen at a line end", "pre-\nand post-treatment", "pre- and post-treatment", True),
    ("the quote is hyphenated instead", "calcinosis improved", "calci-\nnosis improved", True),
    ("hyphen within a line belongs to the word", "re-sign the form", "resign the form", False),
    ("soft hyphen", "calci\u00adnosis improved", "calcinosis improved", True),
    ("soft hyphen at a line end", "calci\u00ad\nnosis improved", "calcinosis improved", True),
    ("ligatures", "of ﬁve, in an eﬀective ﬂow", "of five, in an effective flow", True),
    ("ligature in the quote", "of five patients", "of ﬁve patients", True),
    ("accent in two characters", "by Sjo\u0308gren", "by Sjögren", True),
    ("accent lost", "by Sjögren", "by Sjogren", False),
    ("struck comparator in two characters", "A =\u0338 B here", "A ≠ B here", True),
    ("struck comparator unstruck", "A ≠ B here", "A = B here", False),
    ("typographic quotes", "the “tumoral” form of Raynaud’s", "the \"tumoral\" form of Raynaud's", True),
    ("dash between words", "relief — at last — came", "relief – at last – came", True),
    ("dash between words set without spaces", "relief—at last", "relief – at last", True),
    ("dash for a hyphen", "a long-term benefit", "a long – term benefit", False),
    ("hyphen that does not break", "a long‑term benefit", "a long-term benefit", True),
    ("full-width letters", "ｐ＜０.05 overall", "p < 0.05 overall", True),
    ("fraction", "in ½ of them", "in 12 of them", False),
    ("ellipsis within a sentence", "It helped, in small lesions, five of ten.", "It helped … five of ten", True),
    ("ellipsis written out, in brackets", "It helped, in small lesions, five of ten.", "It helped [...] five of ten", True),
    ("ellipsis across sentences", "It helped some. Others got worse.", "It helped … got worse", False),
    ("ellipsis after the stop", "It helped some. Others got worse.", "It helped some. … got worse", False),
    ("ellipsis across paragraphs", "It helped some\n\nothers got worse", "It helped … got worse", False),
    ("ellipsis across an abbreviation", "It helped (cf. Fig. 2) five of ten.", "It helped … five of ten", True),
    ("ellipsis in another order", "It helped five of ten.", "of ten … helped", False),
    ("ellipsis that swallows a negation", "It did not in any way help.", "It did … help", False),
    ("ellipsis that swallows the doubt of a word's half", "It was ineffective.", "It was … effective", False),
    ("ellipsis that the text has", "It helped … Others got worse.", "It helped… Others got worse", True),
    ("ellipsis at either end", "It helped five of ten.", "… helped five …", True),
    ("insertion in brackets", "They improved at once.", "They [the patients] improved at once", True),
    ("insertion in front", "They improved at once.", "[In 2010] They improved", False),
    ("insertion of words in front", "They improved at once.", "[At first] They improved", True),
    ("insertion and the rest changed", "They improved at once.", "They [the patients] worsened at once", False),
    ("insertion that turns the meaning", "It was effective.", "It was [not] effective", False),
    ("insertion of a figure", "Patients improved.", "Patients [n = 12] improved", False),
    ("insertion that makes another word", "All were treated.", "All were [un]treated", False),
    ("brackets that the text has", "the rate [95 % CI 1.2–3.4] fell", "the rate [95% CI 1.2-3.4] fell", True),
    ("brackets that the text has, changed", "the rate [95 % CI 1.2–3.4] fell", "the rate [95% CI 1.2-3.5] fell", False),
    ("brackets of the text left out in silence", "the rate [95 % CI 1.2–3.4] fell", "the rate fell", False),
    ("first letter made a capital", "In all, the patients improved.", "[T]he patients improved", True),
    ("first letter made another", "In all, the patients improved.", "[S]he patients improved", False),
    ("nothing but an insertion", "They improved.", "[They]", False),
    ("the end of a sentence moved", "It helped, at first.", "It helped.", False),
    ("name of one thing within another", "anti-Scl-70 was found", "Scl-70 was found", False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "quote", "accepted"), TRAPS, ids=[trap[0] for trap in TRAPS])
def test_a_careful_reader_would_agree(why: str, text: str, quote: str, accepted: bool) -> None:
    assert isinstance(find(quote, normal_form(text)), Found) is accepted, why


@pytest.mark.parametrize(
    ("quote", "difference"),
    [
        ("pain fell (p < 0.05)", 'the text says "p > 0.05", the quote "p < 0.05"'),
        ("in 13 of 20 patients", 'the text says "in 12 of", the quote "in 13 of"'),
        ("patients were helped", 'the text says "were not helped", the quote "were helped"'),
        ("was seen and fatigue pain", 'the words are in another order: the text says "pain and fatigue was seen"'),
    ],
)
def test_what_differs_is_told(quote: str, difference: str) -> None:
    text = "Here pain fell (p > 0.05)\nin 12 of 20 patients. Most patients were not helped; pain and fatigue was seen."
    passage = nearest_passage(quote, normal_form(text))
    assert passage is not None
    assert any(difference in told for told in passage.differences), passage
    assert text[passage.start : passage.end].split() == passage.text.split()


def test_a_refusal_says_why() -> None:
    text = normal_form("It was not, in ten patients, of use. It was stopped.")
    assert find("It was … of use", text) == Fault("the ellipsis leaves out a negation, 'not'")
    assert find("of use … stopped", text) == Fault("the parts around the ellipsis are in different sentences")
    assert find("of use … ten patients", text) == Fault("the parts around the ellipsis are in another order")
    assert find("It was [not] stopped", text) == Fault("what it inserts in brackets has a figure, a sign or a negation")
    assert find("…", text) == Fault("it has no word outside brackets that could be compared")
    assert nearest_passage("something else altogether", text) is None


def test_the_place_is_that_of_the_original() -> None:
    text = "  First,\r\n\tof the ﬁve pa-\r\ntients (p\u00a0<\u00a00.05)¹ two left."
    found = find("of the five patients (p < 0.05)", normal_form(text))
    assert isinstance(found, Found)
    assert text[found.start : found.end] == "of the ﬁve pa-\r\ntients (p\u00a0<\u00a00.05)"


words = st.sampled_from([
    "patients", "with", "calcinosis", "ﬁve", "the", "β-blocker", "anti-Scl-70", "p < 0.05", "p ≥ 0.001", "−3.5", "12–34",
    "5 ± 2 mg", "10²", "of", "naïve", "(n = 7)", "“tumoral”", "8.3 mg/dl", "50 %", "Raynaud’s", "calci\u00adnosis", "not",
])  # fmt: skip
spaces = st.sampled_from([" ", "\n", "  ", "\u00a0", "\r\n  ", "\n\n", "\u2009"])
passages = st.lists(st.tuples(words, spaces), min_size=1, max_size=20)


@given(passages, st.data())
def test_what_a_text_has_is_found_where_it_stands(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(word + space for word, space in parts)
    first = data.draw(st.integers(0, len(parts) - 1))
    last = data.draw(st.integers(first + 1, min(len(parts), first + 8)))
    quote = "".join(word + space for word, space in parts[first:last])
    found = find(quote, normal_form(text))
    assert isinstance(found, Found)
    assert normal_form(text[found.start : found.end]).text.replace("\n", " ") == normal_form(quote).text.replace(
        "\n", " "
    )
    assert plausible(quote, found.start, found.end)


@given(passages, st.data())
def test_one_figure_or_comparator_changed_is_refused(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(word + space for word, space in parts)
    places = [match.start() for match in re.finditer(r"[0-9<≥=±−]", text)]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    other = data.draw(
        st.sampled_from([c for c in ("0123456789" if text[place].isdigit() else "<>≤≥=±−") if c != text[place]])
    )
    assert not isinstance(find(text[:place] + other + text[place + 1 :], normal_form(text)), Found)


@given(st.text(max_size=60), st.text(max_size=200))
def test_no_quote_and_no_text_is_too_odd(quote: str, text: str) -> None:
    form = normal_form(text)
    assert len(form.text) == len(form.starts) == len(form.ends)
    found = find(quote, form)
    if isinstance(found, Found):
        assert 0 <= found.start < found.end <= len(text)
    passage = nearest_passage(quote, form)
    assert passage is None or (0 <= passage.start < passage.end <= len(text) and passage.differences)


@given(
    st.text(alphabet="ab1 .-–−…[]\n\ufb01²<n't", max_size=40), st.text(alphabet="ab1 .-–−…[]\n\ufb01²<n't", max_size=80)
)
def test_nor_one_made_of_traps(quote: str, text: str) -> None:
    test_no_quote_and_no_text_is_too_odd.hypothesis.inner_test(quote, text)  # type: ignore[attr-defined]
