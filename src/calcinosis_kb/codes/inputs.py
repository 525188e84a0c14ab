"""The codes CKB001 to CKB049: what can be wrong with a file, with the knowledge and with the rules."""

from __future__ import annotations

from calcinosis_kb.codes.code import Code

__all__ = ["INPUTS"]

INPUTS: dict[str, Code] = {
    "CKB001": Code(
        "The file cannot be read",
        "No file lies at this path, or it may not be read.",
        "Check the path and the permissions; '-' reads standard input.",
    ),
    "CKB002": Code("A directory where a file is wanted", "The path names a folder.", "Name one file inside it."),
    "CKB003": Code("The file is empty", "It holds only white space.", "docs/patient-file.md shows a whole patient."),
    "CKB004": Code(
        "Not UTF-8 text",
        "The file is binary, or text in another encoding; or what was typed is.",
        "Save it as UTF-8; the message names the byte.",
    ),
    "CKB005": Code(
        "The file is too large",
        "Files over a million bytes are refused, since no patient or record of the knowledge base comes near that.",
        "Give one patient or one record a file.",
    ),
    "CKB006": Code(
        "Not YAML",
        "The text cannot be parsed, or holds a second document.",
        "Check indentation, quotes and colons on the line named and the one above.",
    ),
    "CKB007": Code(
        "A key stands twice",
        "YAML would silently keep the last one.",
        "Keep one of the two; the message names both lines.",
    ),
    "CKB008": Code(
        "A word that YAML would change",
        "Unquoted, NO would be read as false, 012 as ten, 1:30 as ninety, 1_000 as a thousand.",
        "Write true or false, a plain decimal number, or put the text in quotes.",
    ),
    "CKB009": Code(
        "Tags, or aliases without measure",
        "Tags are not allowed, and aliases that expand to more values than any real file has are refused.",
        "Write the values out.",
    ),
    "CKB010": Code("Unknown key", "No such key is known here.", "Take the nearest name, or leave the key out."),
    "CKB011": Code(
        "A value of the wrong type or range",
        "A text stands where a number is wanted, a negative count, an age over 120, and the like.",
        "Give a value of the type and range that the message names.",
    ),
    "CKB012": Code("A key is missing", "The record cannot be understood without it.", "Add the key that is named."),
    "CKB013": Code(
        "A word outside a closed vocabulary",
        "Diseases, patterns, features, outcomes and purposes come from knowledge/terms.yaml.",
        "Use one of the valid words, or the nearest.",
    ),
    "CKB014": Code(
        "An id that does not exist",
        "A cross-reference names a therapy, study, source, node or term that no file defines.",
        "Correct the id to the nearest one, or add what it names.",
    ),
    "CKB015": Code(
        "An id that is taken, or is not the file's name",
        "Ids are unique, and a file is called after its id.",
        "Give one of the two another id, or rename the file.",
    ),
    "CKB016": Code(
        "Counts that do not add up",
        "The outcomes are more than the patients treated, or responders more than n.",
        "Correct a count against the source.",
    ),
    "CKB017": Code("Nested too deeply", "The file nests deeper than any real one.", "Flatten it."),
    "CKB018": Code(
        "A family that is none",
        "A family goes in a circle, or the therapy named as family is not one.",
        "Correct 'family', or write 'kind: family'.",
    ),
    "CKB019": Code(
        "A therapy without support",
        "It has no mechanism of action, or no study and nothing that says why.",
        "Add a mechanism or a study, or say under 'no_evidence' why there is none.",
    ),
    "CKB020": Code(
        "An ontology id that is none",
        "Its prefix is not in knowledge/prefixes.yaml, is spelt otherwise there, or what follows does not fit the prefix.",
        "Look the term up, and write the id as its ontology does.",
    ),
    "CKB021": Code(
        "A code that is none",
        "A code of RxNorm, ATC, SNOMED CT, ICD-10, LOINC or OMOP has not the shape of its system, or its check digit does not fit.",
        "Look the code up and type it again.",
    ),
    "CKB022": Code(
        "A test result without a unit",
        "A quantity is nothing without its unit: 8.3 may be mg/dL or mmol/L.",
        "Write calcium: {value: 8.3, unit: mg/dL}.",
    ),
    "CKB023": Code("A unit that cannot be read", "This test is not read in it.", "Give the value in the unit named."),
    "CKB024": Code(
        "An impossible test result",
        "The value lies outside what is possible in life, so the value or the unit is a slip.",
        "Check the value and its unit. The bounds are in knowledge/terms.yaml.",
    ),
    "CKB025": Code(
        "Two trials that contradict each other",
        "Two entries differ in nothing but outcomes that exclude each other.",
        "Correct one, or tell them apart by dose, months or ended.",
    ),
    "CKB026": Code(
        "The same thing twice",
        "A publication stands under two ids, an ontology term is the exact match of two things, or two edges say the same.",
        "Keep one and name it wherever the other is named; of two ontology matches one is broader, narrower or related.",
    ),
    "CKB027": Code(
        "A quantity without a readable unit",
        "A test with numbers has no unit, or a unit cannot be read, so that values cannot be compared.",
        "Write the unit as pint reads it; daily doses are compared in mg/day.",
    ),
    "CKB028": Code(
        "No patient, or two",
        "Neither a file nor an option describes a patient, or both do.",
        "Give a file, '-' for standard input, or options.",
    ),
    "CKB029": Code(
        "No such therapy",
        "The name is no therapy of this knowledge base.",
        "'calcinosis-kb therapies' lists them.",
    ),
    "CKB030": Code(
        "An unknown kind of fact",
        "A clause reads a kind that rules/facts.yaml does not declare.",
        "Take the nearest kind.",
    ),
    "CKB031": Code(
        "An undeclared attribute",
        "A clause reads an attribute that its kind does not have in rules/facts.yaml.",
        "Take the nearest attribute, or declare it.",
    ),
    "CKB032": Code(
        "A comparison of the wrong type",
        "A number is compared with a word, a word with a bound, or the word is not in the vocabulary.",
        "Give a value of the attribute's type; rules/facts.yaml lists it.",
    ),
    "CKB033": Code(
        "A rule that can never fire",
        "Its clauses contradict each other, or its scope is empty.",
        "Mend the contradiction that the message names, or remove the rule.",
    ),
    "CKB034": Code(
        "A limit of the engine",
        "The rule has more patterns, or a fact would satisfy more conditions, than durable_rules can hold.",
        "Split the rule.",
    ),
    "CKB035": Code(
        "A rule that no golden case makes fire",
        "Every rule is shown at work by a case in tests/cases/.",
        "Add a patient for whom it fires to a case.",
    ),
    "CKB036": Code(
        "A rule in the wrong place",
        "Standings are given in rules/standing.yaml and effects in the other files.",
        "Move the rule.",
    ),
    "CKB037": Code(
        "A golden case that fails",
        "The answer is not what the case expects.",
        "Find out which of the two is right, and mend the other.",
    ),
    "CKB038": Code(
        "A low source that excludes",
        "A rule whose every source is machine-written or uncredited may raise a check, not a caution or an exclusion.",
        "Find a better source, or make the effect check or note.",
    ),
    "CKB039": Code(
        "An edge that contradicts itself",
        "It leads from a node to itself, or its sign is not that of its predicate: what causes raises, what negatively regulates lowers.",
        "Correct the sign, the predicate or the end of the edge that is wrong.",
    ),
    "CKB040": Code(
        "A node that nothing reaches",
        "No edge leads to a node or from it, or nothing acts by a mechanism of action.",
        "Add the edge that is missing, or remove the node.",
    ),
    "CKB041": Code(
        "A path that turns the wrong way",
        "A path would raise calcinosis and its therapy does not say so, or lowers it where the therapy says that it raises. "
        "The edge named is the one whose other sign mends the most such paths.",
        "Correct the sign of the edge, or say under 'polarity' of the therapy through which node its paths raise, and why.",
    ),
    "CKB042": Code(
        "A mechanism that leads nowhere",
        "A therapy has a mechanism of action, and no path leads from it to calcinosis.",
        "Add the edges that are missing, or say under 'polarity' that it is undetermined, and why.",
    ),
    "CKB043": Code(
        "Figures that are told and not counted",
        "The words of a result count patients, and neither n nor outcomes do, so that it cannot be pooled.",
        "Write n and the outcomes that the words give; 'counted' where they are not patients.",
    ),
    "CKB044": Code(
        "A search that is out of date",
        "Nothing says when the literature on a therapy was last searched, or that is 24 months before the latest search of any "
        "(or the day of --as-of), or a study of it is younger.",
        "Search again, say in docs/literature.md what came of it, and write the day under 'last_searched'.",
    ),
    "CKB045": Code(
        "A file that nobody reads",
        "It lies in knowledge/, rules/ or tests/cases/ under a name or in a folder that is passed over.",
        "Rename or move it as the message says.",
    ),
    "CKB046": Code(
        "Two rules that say the same",
        "They fire for the same therapies on the same facts, to the same effect.",
        "Put the sources of both under one rule.",
    ),
    "CKB047": Code(
        "One test under two names",
        "Two results of a patient belong to the same test (egfr and gfr, say), and which of them holds cannot be told.",
        "Keep the result that is meant.",
    ),
    "CKB048": Code(
        "A word on the patient that was not understood",
        "With --strict there is no answer on the strength of a record that was not understood in full.",
        "Correct the word to the nearest, or leave --strict out: the answer then says what the word may have meant.",
    ),
    "CKB049": Code(
        "An option that says nothing",
        "Its value is empty, names no treatment before the colon, or is 'none' beside others of its kind.",
        "Write a word behind it, or leave it out; '--tried none' says that nothing was tried.",
    ),
}
