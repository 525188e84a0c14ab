"""Template of a patient file: every key with its meaning, its words and a commented example."""

from __future__ import annotations

import textwrap

from calcinosis_kb.knowledge.names import Names

__all__ = ["patient_text"]

_WIDTH = 108
_FEW = 20
"""The number of words up to which a vocabulary is listed completely."""

_TEXT = """\
# Describe one patient, then: calcinosis-kb suggest FILE
# A key that is null or left out is not recorded; it is never read as normal, as never tried or as failed. [] means that there is none.
# Behind each key stands an example. Other names, brands, abbreviations and codes of the words are understood as well, and what is \
not understood is reported; 'calcinosis-kb words KIND TEXT' says how a word is read. Give no name, date of birth or number.

patient:
  age: null                   # in years, e.g. 63
  sex: null                   # female or male
  pregnant: null              # true or false

# The underlying disease. Words: {diseases}.
diseases: null                # e.g. [limited_ssc_crest]

# The deposits. Patterns: {patterns}. Sites: {sites}. Features: {features}.
calcinosis:
  pattern: null               # e.g. universalis
  sites: null                 # e.g. [elbow, fingers]
  features: null              # e.g. [pain, infection]
  largest_mm: null            # the largest deposit in mm, e.g. 40

# What has been tried. [] means nothing; write the entries below the key in place of null, each with what is known of it.
# Words for 'therapy': {therapies}.
# Words for 'outcome' (unknown unless said otherwise): {outcomes}.
# Words for 'for' (calcinosis unless said otherwise): {purposes}.
# 'dose' and 'route' as they are written; 'months', or 'duration' in words; 'ended' is a year.
history: null
#  - {{therapy: diltiazem, outcome: ineffective, dose: 240 mg/day, months: 18, ended: 2015}}
#  - {{therapy: sodium thiosulfate, route: topical, outcome: not_tolerated, duration: over 2 years, adverse_event: burning}}
#  - {{therapy: nifedipine, for: underlying_disease, outcome: ongoing}}
history_complete: true        # false where more may have been tried

# Medicines taken now. Words: {medications}.
medications: null             # e.g. [nifedipine, omeprazole], or [] where none is taken
medications_complete: true    # false where more may be taken

# Other conditions. Words: {conditions}.
conditions: null              # e.g. [chronic kidney disease stage 4, smoking]
conditions_complete: true     # false where there may be more

# Allergies to medicines.
allergies: null               # e.g. [penicillin]
allergies_complete: true      # false where there may be more

# Test results, below the key in place of null, a quantity with its unit. Tests: {labs}.
# Where a test is judged by its upper limit of normal: alt: {{value: 90, unit: U/L, upper_limit: 40}}
# Where the laboratory gives only a bound: crp: <5 mg/L, or crp: {{comparator: <, value: 5, unit: mg/L}}
labs: null
#  calcium: 8.3 mg/dL
#  egfr: 28 mL/min/1.73m2
#  hbsag: negative
"""


def patient_text(names: Names) -> str:
    """Return an empty patient file in YAML; its comments list the words of this knowledge base."""
    words = {kind: _words(names, kind) for kind in _KINDS}
    return "\n".join(_wrapped(line) for line in _TEXT.format(**words).splitlines()) + "\n"


_KINDS = (
    "diseases",
    "patterns",
    "sites",
    "features",
    "therapies",
    "outcomes",
    "purposes",
    "medications",
    "conditions",
    "labs",
)


def _words(names: Names, kind: str) -> str:
    ids = [entry.id for entry in names.entries(kind)]
    if len(ids) <= _FEW:
        return ", ".join(ids)
    return f"{', '.join(ids[:_FEW])} and {len(ids) - _FEW} more, which 'calcinosis-kb words {kind}' lists"


def _wrapped(line: str) -> str:
    """A line of the file, wrapped if it is a sentence (a comment that begins with one space)."""
    if not line.startswith("# ") or line.startswith("#  "):
        return line
    return textwrap.fill(line, _WIDTH, subsequent_indent="# ", break_on_hyphens=False)
