"""Every error code, with its meaning and fix: the source of ``explain`` and of docs/errors.md."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CODES", "Code"]


@dataclass(frozen=True)
class Code:
    """A stable error code."""

    title: str
    meaning: str
    fix: str


CODES: dict[str, Code] = {
    # Files, knowledge and rules.
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
        "Fix the contradiction that the message names, or remove the rule.",
    ),
    "CKB034": Code(
        "A limit of the engine",
        "The rule has more clauses or joins than durable_rules can hold, or expands into too many combinations of words and facts.",
        "Split the rule.",
    ),
    "CKB035": Code(
        "A rule that no golden case expects",
        "Each rule is named under 'rules:' of a case in tests/cases/, under a therapy for which it fires.",
        "Write the rule under 'rules:' of a patient for whom it fires.",
    ),
    "CKB036": Code(
        "A rule in the wrong place",
        "Standings are given in rules/standing.yaml and effects in the other files.",
        "Move the rule.",
    ),
    "CKB037": Code(
        "A golden case that fails",
        "The answer is not what the case expects.",
        "Find out which of the two is right, and correct the other.",
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
        "The edge named is the one whose other sign corrects the most such paths.",
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
    # Engines and single commands.
    "CKB050": Code(
        "The engines disagree",
        "durable_rules and the reference judged differently, so there is no answer.",
        "This is a fault of calcinosis-kb: please report it.",
    ),
    "CKB051": Code(
        "The engine failed",
        "durable_rules did not see every fact.",
        "Please report it; '--engine reference' answers meanwhile.",
    ),
    "CKB052": Code(
        "durable_rules is missing",
        "It was asked for alone and cannot be imported here.",
        "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install durable_rules==2.0.28, or '--engine reference'.",
    ),
    "CKB053": Code("No such code", "The code is not one of calcinosis-kb.", "'calcinosis-kb explain' lists them all."),
    "CKB054": Code(
        "An extra is not installed",
        "The command needs a library that is installed only on demand.",
        "Install the extra 'pictures' as the message says, for an installed package: pip install 'calcinosis-kb[pictures]'.",
    ),
    "CKB055": Code(
        "No such revision",
        "The version to compare cannot be had from git.",
        "Name a commit, branch or tag of a git checkout of this project.",
    ),
    "CKB056": Code(
        "No such format for a graph",
        "The suffix of the file decides the format, and this one is of none.",
        "End the name with .graphml, .gexf, .cyjs, .json, .jsonld, .mmd, .dot or .csv, or name a folder, ending in /, for KGX.",
    ),
    "CKB057": Code(
        "A file or an output that cannot be written",
        "The folder does not exist, is read-only or full, or a folder has this name. Nothing was changed and no half file is left. "
        "Standard output may be full likewise.",
        "Check the folder, its permissions and the space left.",
    ),
    "CKB058": Code(
        "A character that the format cannot hold",
        "XML has no control characters, and a carriage return would be read back as a line feed.",
        "Export to .json, which holds everything, or correct the text in the file of knowledge/ that it stands in.",
    ),
    "CKB059": Code(
        "No such kind of word",
        "A patient is described with therapies, diseases, conditions, medications, labs, features, sites, patterns, outcomes and purposes.",
        "'calcinosis-kb words' lists the kinds.",
    ),
    "CKB060": Code(
        "The record of a quote that cannot be",
        "A quote of this length cannot stand from the one character to the other.",
        "Take 'where' out and let 'calcinosis-kb quotes TEXTS --write' find the quote again.",
    ),
    "CKB061": Code(
        "A quote that the text does not have",
        "A figure, sign, comparator, unit or word differs, or an ellipsis or a bracket could turn the meaning (docs/quotes.md).",
        "Copy the words from the source as they stand there, or take the quote out.",
    ),
    "CKB062": Code(
        "A text of no study",
        "A text is found by the id of its study, and no study has this one.",
        "Call the file <study id>.txt, or name the study with '--study ID'.",
    ),
    "CKB063": Code(
        "Writing would change more than it should",
        "Putting down where a quote was found would have changed something else in the file, so nothing was written.",
        "Write 'where' by hand, and please report it with the file.",
    ),
    "CKB065": Code(
        "A source that was retracted",
        "The Retraction Watch file has a retraction of it that no later reinstatement lifts.",
        "Take out what rests on it, or on it alone; the notice says why it was retracted.",
    ),
    "CKB066": Code(
        "An expression of concern about a source",
        "The Retraction Watch file has one, which a reinstatement does not lift.",
        "Read the notice and say under 'note' what it means for the result.",
    ),
    "CKB067": Code(
        "A notice that could not be understood",
        "A row of the Retraction Watch file names the source, but is broken or of an unknown nature.",
        "Look the record up at the Retraction Watch Database.",
    ),
    "CKB068": Code(
        "Not the Retraction Watch file",
        "It has not the columns of Crossref's public copy, or no rows.",
        "Download retraction_watch.csv as it is (docs/retractions.md says where), without a spreadsheet in between.",
    ),
    "CKB070": Code(
        "The canonical form would not say the same",
        "The formatter compares data and comments before it writes; here they differ, so the file was left as it is.",
        "Please report it with the file; move a comment that stands inside a value to a line of its own.",
    ),
    "CKB072": Code(
        "No file of the knowledge base",
        "What a file holds follows from its place in knowledge/, rules/ or tests/cases/.",
        "Move it to the folder of its kind, or name another file.",
    ),
    "CKB073": Code(
        "A schema that is not current",
        "The schemas in docs/schemas/ list the words, ids and facts of the base, and these have changed.",
        "Run 'calcinosis-kb schema' and commit what it writes.",
    ),
    "CKB074": Code(
        "An id or a file that is taken",
        "Nothing is written over what is there.",
        "Choose another id, or edit the file that the message names.",
    ),
    "CKB075": Code(
        "A publication that is there already",
        "A study or reference of the base has this DOI or PMID.",
        "Add to the file that the message names.",
    ),
    "CKB076": Code(
        "No DOI, no PMID or no id",
        "What was typed cannot be one.",
        "A DOI looks like 10.1530/boneabs.4.P104, a PMID like 22221908, an id like linan-barroso-2022.",
    ),
    "CKB077": Code(
        "A citation that could not be fetched",
        "Crossref or PubMed was not reached, or its answer could not be used. The file is written without the citation.",
        "Fill in the citation by hand, or try again later.",
    ),
    "CKB078": Code(
        "Not a checkout",
        "-C names a folder that cannot be entered, or one without knowledge/ and rules/ in it or above it.",
        "Name a folder of a checkout of calcinosis-kb, or leave -C out.",
    ),
    "CKB080": Code(
        "An overlay that cannot be read",
        "--overlay names no folder, or one that is too large or may not be read.",
        "Name the folder that holds 'knowledge' or 'rules' of the overlay; docs/overlay.md shows one.",
    ),
    "CKB081": Code(
        "A file of an overlay that would be ignored",
        "An overlay holds YAML files in the sections of knowledge/ and in rules/. Anything else would be passed over in silence.",
        "Move the file to its section, or out of the overlay.",
    ),
    "CKB082": Code(
        "An empty overlay",
        "The folder of --overlay holds no YAML file, so the answer would be that of the base.",
        "Name the folder that was meant, or leave --overlay out.",
    ),
    "CKB083": Code(
        "A therapy without a standing",
        "No rule says whether the patient has tried it: a standing of the base was replaced by one that holds less often.",
        "Let the last standing hold for whatever the others leave, as 'standing-untried' does.",
    ),
    "CKB085": Code(
        "No such node",
        "The name is no node and no therapy of the graph, or may mean several.",
        "Take the nearest id; 'calcinosis-kb graph search WORD' finds nodes by what is said of them.",
    ),
    "CKB086": Code(
        "Nothing to search for",
        "The words hold no letter and no figure.",
        "Name a word, say 'calcinosis-kb graph search phosphate'.",
    ),
    "CKB087": Code(
        "No such node or edge",
        "What is to be left out is neither a node, a therapy nor the id of an edge.",
        "Take the nearest; 'calcinosis-kb graph neighbours NODE' shows the ids of edges.",
    ),
    "CKB090": Code(
        "Nothing to draw",
        "No path of the strength that was asked for leads from one node to the other.",
        "Ask for weaker links (--strength contested), or draw what leads to a node with --focus.",
    ),
    "CKB093": Code(
        "A look that the page does not have",
        "The page of the map is light, dark, or as the reader's system is; it has one for paper of itself.",
        "Leave '--look' out, or write '--look light' or '--look dark'.",
    ),
    "CKB095": Code(
        "A sentence of a story that rests on nothing",
        "Each sentence of a story points to an edge, a path or a source that carries its claim.",
        "Name one under 'edges', 'paths' or 'sources', or take the sentence out.",
    ),
    "CKB096": Code(
        "A number that no source of the sentence gives",
        "The figures of a story stand in the edges, studies and sources that its sentence points to.",
        "Correct the number, or name the source that gives it.",
    ),
    "CKB097": Code(
        "A path of a story that the graph does not have",
        "Two nodes that follow each other in 'paths' are not joined by an edge in that direction.",
        "Name the nodes between them, or correct the path; 'calcinosis-kb graph path THERAPY' tells the paths of a therapy.",
    ),
    "CKB098": Code("No such story", "No story has this id.", "'calcinosis-kb story' lists them."),
    "CKB099": Code(
        "A fault inside calcinosis-kb",
        "Something happened that should not.",
        "Please report it with the command you typed.",
    ),
}
"""By code, in order."""
