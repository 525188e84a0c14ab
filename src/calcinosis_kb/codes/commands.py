"""The codes from CKB050 on: what can go wrong in the engines and in single commands."""

from __future__ import annotations

from calcinosis_kb.codes.code import Code

__all__ = ["COMMANDS"]

COMMANDS: dict[str, Code] = {
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
        "pip install 'calcinosis-kb[plots]' for pictures of the evidence, 'calcinosis-kb[map]' for the map.",
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
        "Export to .json, which holds everything, or mend the text in the file of knowledge/ that it stands in.",
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
        "Leave '--theme' out, or write '--theme light' or '--theme dark'.",
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
        "Name the nodes between them, or correct the path; 'calcinosis-kb path THERAPY' tells the paths of a therapy.",
    ),
    "CKB098": Code("No such story", "No story has this id.", "'calcinosis-kb story' lists them."),
    "CKB099": Code(
        "A fault inside calcinosis-kb",
        "Something happened that should not.",
        "Please report it with the command you typed.",
    ),
}
