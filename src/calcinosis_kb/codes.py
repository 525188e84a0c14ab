"""List every error code with its meaning and fix, for ``explain`` and the documentation."""

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
        "There is no file at this path, or you may not read it.",
        "Check the path and the permissions; '-' reads standard input.",
    ),
    "CKB002": Code(
        "A folder instead of a file",
        "The path names a folder.",
        "Name one file inside it.",
    ),
    "CKB003": Code(
        "The file is empty",
        "It holds only white space.",
        "Write what belongs in it; 'calcinosis-kb new patient' writes a patient file to fill in.",
    ),
    "CKB004": Code(
        "Not UTF-8 text",
        "The file or the typed argument is binary, or text in another encoding.",
        "Save the file as UTF-8; the message names the byte.",
    ),
    "CKB005": Code(
        "The file is too large",
        "Files over a million bytes are refused. No patient file or record comes near that size.",
        "Put one patient or one record in a file.",
    ),
    "CKB006": Code(
        "Not YAML",
        "The text cannot be parsed, or the file holds a second document.",
        "Check indentation, quotes and colons on the named line and the line above.",
    ),
    "CKB007": Code(
        "A key occurs twice",
        "YAML would silently keep the last value.",
        "Keep one of the two; the message names both lines.",
    ),
    "CKB008": Code(
        "A word that YAML would change",
        "Without quotes YAML reads NO as false, 012 as ten, 1:30 as ninety and 1_000 as a thousand.",
        "Write true or false, write a plain decimal number, or put the text in quotes.",
    ),
    "CKB009": Code(
        "Tags, or aliases that expand too far",
        "Tags are not allowed. Aliases may not expand to more values than a real file has.",
        "Write the values out.",
    ),
    "CKB010": Code(
        "Unknown key",
        "The key is not part of this record.",
        "Use the nearest name, or remove the key.",
    ),
    "CKB011": Code(
        "A value of the wrong type or range",
        "For example text instead of a number, a negative count, or an age over 120.",
        "Give a value of the type and range that the message names.",
    ),
    "CKB012": Code(
        "A key is missing",
        "The record is incomplete without it.",
        "Add the key.",
    ),
    "CKB013": Code(
        "A word outside the vocabulary",
        "Diseases, patterns, features, outcomes and purposes are listed in knowledge/terms.yaml.",
        "Use a valid word, or the nearest; 'calcinosis-kb words' lists them.",
    ),
    "CKB014": Code(
        "An id that does not exist",
        "A reference names a therapy, study, source, node or term that no file defines.",
        "Correct the id to the nearest one, or add the record.",
    ),
    "CKB015": Code(
        "A duplicate id, or one that differs from the file name",
        "Ids are unique, and a file is named after its id.",
        "Change one of the two ids, or rename the file.",
    ),
    "CKB016": Code(
        "Counts that do not add up",
        "The outcomes or the patients by disease add up to more than the patients treated, or the responders to more than n.",
        "Correct a count against the source.",
    ),
    "CKB017": Code(
        "Nested too deeply",
        "The file nests deeper than any real one.",
        "Flatten it.",
    ),
    "CKB018": Code(
        "Not a family",
        "The families form a circle, or the therapy named as family is not a family.",
        "Correct 'family', or write 'kind: family'.",
    ),
    "CKB019": Code(
        "A therapy without support",
        "The therapy has no mechanism of action, or no study and no reason why.",
        "Add a mechanism or a study, or give the reason under 'no_evidence'.",
    ),
    "CKB020": Code(
        "Malformed ontology id",
        "The prefix is missing from knowledge/prefixes.yaml or spelled differently there, or the rest does not "
        "fit the prefix.",
        "Look the term up, and write the id as its ontology does.",
    ),
    "CKB021": Code(
        "Malformed code",
        "A code of RxNorm, ATC, SNOMED CT, ICD-10, LOINC or OMOP has the wrong shape or check digit.",
        "Look the code up and type it again.",
    ),
    "CKB022": Code(
        "A test result without a unit",
        "A quantity needs its unit: 8.3 may be mg/dL or mmol/L.",
        "Write calcium: {value: 8.3, unit: mg/dL}.",
    ),
    "CKB023": Code(
        "An unsupported unit",
        "This test cannot be read in this unit.",
        "Give the value in one of the named units.",
    ),
    "CKB024": Code(
        "An impossible test result",
        "The value lies outside what is possible in a living person, so the value or the unit is wrong.",
        "Check the value and its unit. The bounds are in knowledge/terms.yaml.",
    ),
    "CKB025": Code(
        "Two trials that contradict each other",
        "Two entries differ only in outcomes that exclude each other.",
        "Correct one, or distinguish them by dose, months or ended.",
    ),
    "CKB026": Code(
        "A duplicate",
        "A publication has two ids, an ontology term is the exact match of two records, or two edges say the same.",
        "Keep one and refer to it; of two ontology matches make one broader, narrower or related.",
    ),
    "CKB027": Code(
        "A quantity without a readable unit",
        "A test with numbers has no unit, or a unit that cannot be read, so values cannot be compared.",
        "Write the unit as pint reads it; daily doses are compared in mg/day.",
    ),
    "CKB028": Code(
        "Options that do not go together",
        "The patient is missing or given twice, two options exclude each other, or the suffix of an output is unknown.",
        "Give a patient as a file, '-' or options; keep one of the options that the message names.",
    ),
    "CKB029": Code(
        "No such therapy",
        "The name is not a therapy of this knowledge base.",
        "'calcinosis-kb therapies' lists them.",
    ),
    "CKB030": Code(
        "An unknown kind of fact",
        "A clause reads a kind that rules/facts.yaml does not declare.",
        "Use the nearest kind.",
    ),
    "CKB031": Code(
        "An undeclared attribute",
        "A clause reads an attribute that rules/facts.yaml does not declare for this kind.",
        "Use the nearest attribute, or declare it.",
    ),
    "CKB032": Code(
        "A comparison of the wrong type",
        "A number is compared with a word, a word with a bound, or the word is not in the vocabulary.",
        "Give a value of the attribute's type, which rules/facts.yaml declares.",
    ),
    "CKB033": Code(
        "A rule that can never fire",
        "Its clauses contradict each other, or its scope is empty.",
        "Resolve the contradiction that the message names, or remove the rule.",
    ),
    "CKB034": Code(
        "A limit of the engine",
        "The rule has more clauses or joins than durable_rules can hold, or expands into too many combinations of"
        " words and facts.",
        "Split the rule.",
    ),
    "CKB035": Code(
        "A rule that no golden case expects",
        "Each rule is named under 'rules:' of a case in tests/cases/, under a therapy for which it fires.",
        "Write the rule under 'rules:' of a patient for whom it fires.",
    ),
    "CKB036": Code(
        "A rule in the wrong file",
        "Standings belong in rules/standing.yaml, effects in the other files.",
        "Move the rule.",
    ),
    "CKB037": Code(
        "A golden case that fails",
        "The answer differs from what the case expects.",
        "Find out which of the two is right, and correct the other.",
    ),
    "CKB038": Code(
        "An exclusion on a weak source",
        "If all sources of a rule are machine-written or uncredited, it may raise a check, but no caution or "
        "exclusion.",
        "Find a better source, or change the effect to check or note.",
    ),
    "CKB039": Code(
        "An edge that contradicts itself",
        "It leads from a node to itself, or its sign differs from that of its predicate: 'causes' raises, "
        "'negatively regulates' lowers.",
        "Correct the sign, the predicate or the wrong end of the edge.",
    ),
    "CKB040": Code(
        "An isolated node",
        "A node has no edges, or nothing acts by a mechanism of action.",
        "Add the missing edge, or remove the node.",
    ),
    "CKB041": Code(
        "A path with an unexpected direction",
        "A path raises calcinosis and its therapy does not say so, or lowers it although the therapy says that it"
        " raises it. The named edge is the one whose sign, turned round, corrects the most such paths.",
        "Correct the sign of the edge, or say under 'polarity' of the therapy through which node its paths raise,"
        " and why.",
    ),
    "CKB042": Code(
        "A mechanism that leads nowhere",
        "A therapy has a mechanism of action without a path to calcinosis.",
        "Add the missing edges, or say under 'polarity' that it is undetermined, and why.",
    ),
    "CKB043": Code(
        "Numbers in the text but not in the counts",
        "The text of a result counts patients that n and outcomes leave out, so the result cannot be pooled.",
        "Write n and the outcomes that the text gives; use 'counted' if the text counts something other than patients.",
    ),
    "CKB044": Code(
        "A search that is out of date",
        "A therapy has no search string, no date of a literature search, one 24 months before the latest search of any therapy (or "
        "before --as-of), or a study younger than it.",
        "Search again with 'calcinosis-kb watch THERAPY', or by hand: the result in docs/literature.md, the day under 'last_searched'.",
    ),
    "CKB045": Code(
        "An ignored file",
        "A file in knowledge/, rules/ or tests/cases/ has a name or folder that is not read.",
        "Rename or move it as the message says.",
    ),
    "CKB046": Code(
        "Duplicate rules",
        "Two rules fire for the same therapies on the same facts with the same effect.",
        "Merge their sources into one rule.",
    ),
    "CKB047": Code(
        "One test under two names",
        "Two results of a patient belong to the same test (such as egfr and gfr), and it is unclear which one holds.",
        "Keep the right one.",
    ),
    "CKB048": Code(
        "A word on the patient that was not understood",
        "With --strict, every word of the record must be understood before there is an answer.",
        "Correct the word to the nearest, or leave --strict out: the answer then says what the word may have meant.",
    ),
    "CKB049": Code(
        "An empty option",
        "The value is empty, names no treatment before the colon, or is 'none' beside other values.",
        "Write a value, or leave the option out; '--tried none' means that nothing was tried.",
    ),
    # Engines and single commands.
    "CKB050": Code(
        "The engines disagree",
        "durable_rules and the reference engine judged differently, so there is no answer.",
        "This is a fault of calcinosis-kb: please report it.",
    ),
    "CKB051": Code(
        "The engine failed",
        "durable_rules did not process every fact.",
        "Please report it; '--engine reference' answers meanwhile.",
    ),
    "CKB052": Code(
        "durable_rules is missing",
        "It was requested as the only engine and cannot be imported.",
        "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install durable_rules==2.0.28, or use '--engine "
        "reference'.",
    ),
    "CKB053": Code(
        "No such code",
        "calcinosis-kb has no error code of this name.",
        "'calcinosis-kb explain' lists them all.",
    ),
    "CKB054": Code(
        "Missing libraries for pictures",
        "The output needs libraries that are installed on demand; the message names all that are missing.",
        "Install the extra 'pictures' with the command that the message gives.",
    ),
    "CKB055": Code(
        "No such revision",
        "git cannot provide the version to compare.",
        "Name a commit, branch or tag of a git checkout of this project.",
    ),
    "CKB056": Code(
        "Unknown format of a file",
        "The suffix of the file decides the format, and this suffix is unknown.",
        "For the graph use .graphml, .gexf, .cyjs, .json, .jsonld, .mmd, .dot or .csv, or name a folder, ending in /, for KGX;"
        " for the evidence .fhir.json, .jsonld, .trig, .sqlite, .db or .csv, or a folder, ending in /, for CSV;"
        " for an answer .html, .json, .md, .csv or .txt.",
    ),
    "CKB057": Code(
        "The output cannot be written",
        "The folder is missing, read-only or full, or a folder has this name. Nothing was changed, and no partial"
        " file is left. Standard output may be full as well.",
        "Check the folder, its permissions and the space left.",
    ),
    "CKB058": Code(
        "A character that the format cannot hold",
        "XML has no control characters, and would read a carriage return back as a line feed.",
        "Export to .json, which holds everything, or correct the text in its file of knowledge/.",
    ),
    "CKB059": Code(
        "No such kind of word",
        "The kinds are therapies, diseases, conditions, medications, labs, features, sites, patterns, outcomes "
        "and purposes.",
        "'calcinosis-kb words' lists the kinds.",
    ),
    "CKB060": Code(
        "Impossible position of a quote",
        "The quote has another length than the recorded range of characters.",
        "Remove 'where' and let 'calcinosis-kb quotes TEXTS --write' find the quote again.",
    ),
    "CKB061": Code(
        "A quote that is not in the text",
        "A number, sign, comparator, unit or word differs, or an ellipsis or bracket could change the meaning.",
        "Copy the words from the source exactly, or remove the quote.",
    ),
    "CKB062": Code(
        "A text without a study",
        "A text is named after the id of its study, and no study has this id.",
        "Name the file <study id>.txt, or name the study with '--study ID'.",
    ),
    "CKB063": Code(
        "Writing would change too much",
        "Recording the position of a quote would have changed something else in the file, so nothing was written.",
        "Write 'where' by hand, and please report it with the file.",
    ),
    "CKB064": Code(
        "A draft",
        "The record says 'draft: true', so it is left out of every answer. What it still lacks is listed as warnings.",
        "Fill in what is missing, then remove the line 'draft: true'.",
    ),
    "CKB065": Code(
        "A retracted source",
        "The Retraction Watch file lists a retraction without a later reinstatement.",
        "Remove what rests on this source alone; the notice gives the reason for the retraction.",
    ),
    "CKB066": Code(
        "An expression of concern about a source",
        "The Retraction Watch file lists one; a reinstatement does not lift it.",
        "Read the notice and say under 'note' what it means for the result.",
    ),
    "CKB067": Code(
        "An unclear notice",
        "A row of the Retraction Watch file names the source, but is broken or of an unknown nature.",
        "Look the record up in the Retraction Watch Database.",
    ),
    "CKB068": Code(
        "Not the Retraction Watch file",
        "The file lacks the columns of Crossref's public copy, or has no rows.",
        "Download retraction_watch.csv from https://gitlab.com/crossref/retraction-watch-data, and do not save it"
        " from a spreadsheet.",
    ),
    "CKB069": Code(
        "A word broken at its hyphen",
        "YAML joins the lines of a text with a space, so that a line break after a hyphen reads 'patient- reported'. "
        "Suspended hyphens ('short- and long-term') are meant.",
        "Keep the word on one line.",
    ),
    "CKB070": Code(
        "The canonical form would change the content",
        "The formatter compares data and comments before it writes. Here they would differ, so the file is unchanged.",
        "Please report it with the file; move a comment inside a value to a line of its own.",
    ),
    "CKB071": Code(
        "A doubled apostrophe",
        "Two apostrophes in a row stand for one only between single quotes; elsewhere both are kept.",
        "Write the apostrophe once.",
    ),
    "CKB072": Code(
        "Not a file of the knowledge base",
        "The place in knowledge/, rules/ or tests/cases/ decides what a file holds.",
        "Move it to the folder of its kind, or name another file.",
    ),
    "CKB073": Code(
        "An outdated schema",
        "The schemas in docs/schemas/ list the words, ids and facts of the knowledge base, which have changed.",
        "Run 'calcinosis-kb schema' and commit what it writes.",
    ),
    "CKB074": Code(
        "The id or file exists",
        "Existing files are never overwritten unasked.",
        "Choose another id or name, or edit the file that the message names.",
    ),
    "CKB075": Code(
        "A known publication",
        "A study or reference already has this DOI or PMID.",
        "Add to the file that the message names.",
    ),
    "CKB076": Code(
        "Not a DOI, PMID or id",
        "The typed text has the wrong form.",
        "A DOI looks like 10.1530/boneabs.4.P104, a PMID like 22221908, an id like linan-barroso-2022.",
    ),
    "CKB077": Code(
        "A citation that could not be fetched",
        "Crossref or PubMed was not reached, or its answer could not be used. The file is written without the "
        "citation.",
        "Fill in the citation by hand, or try again later.",
    ),
    "CKB078": Code(
        "Not a checkout",
        "-C names a folder that cannot be entered, or one without knowledge/ and rules/ in it or above it.",
        "Name a folder of a checkout of calcinosis-kb, or leave -C out.",
    ),
    "CKB079": Code(
        "An entry inside a text",
        "A line of a text looks like an entry of this file: indented too far, it is read as part of the text and its content is lost.",
        "Indent it as an entry of its own, or take the colon out of the sentence.",
    ),
    "CKB080": Code(
        "An unreadable overlay",
        "--overlay names no folder, or one that is too large or not readable.",
        "Name the folder that holds 'knowledge' or 'rules' of the overlay.",
    ),
    "CKB081": Code(
        "A file of an overlay that is ignored",
        "An overlay holds YAML files in the sections of knowledge/ and in rules/. Data elsewhere is an error, any"
        " other file a warning of 'check'.",
        "Move the file to its section, or out of the overlay.",
    ),
    "CKB082": Code(
        "An empty overlay",
        "The folder of --overlay holds no YAML file, so it would change nothing.",
        "Name the right folder, or leave --overlay out.",
    ),
    "CKB083": Code(
        "A therapy without a standing",
        "No rule decides whether the patient has tried it: an overlay replaced a standing of the base by one that"
        " holds less often.",
        "Let the last standing hold for all remaining therapies, as 'standing-untried' does.",
    ),
    "CKB084": Code(
        "A share that contradicts the counts",
        "The text of a result says how many of its patients had which course, and no share in it fits n and the outcomes.",
        "Correct the counts or the text; a share of other patients has to name them.",
    ),
    "CKB085": Code(
        "No such node",
        "The name is not a node or therapy of the graph, or may mean several.",
        "Use the nearest id; 'calcinosis-kb graph search WORD' finds nodes by their descriptions.",
    ),
    "CKB086": Code(
        "Nothing to search for",
        "The words contain no letter or digit.",
        "Name a word, as in 'calcinosis-kb graph search phosphate'.",
    ),
    "CKB087": Code(
        "No such node or edge",
        "The name is not a node, a therapy or the id of an edge.",
        "Use the nearest; 'calcinosis-kb graph neighbours NODE' shows the ids of edges.",
    ),
    "CKB088": Code(
        "Two reports that may count the same patients",
        "They share the first author, a therapy and a disease and are at most two years apart. Pooled, the patients would count twice.",
        "Write 'overlaps: [id]' into the later study where some patients are the same, or 'independent: true' where none is.",
    ),
    "CKB089": Code(
        "A statement of a guideline that contradicts itself or another",
        "A place in the order of treatment belongs to advice for it, a treatment cannot follow itself, single experts and pages for "
        "patients recommend nothing here, and one source says one thing of a treatment in one situation.",
        "Correct the statement; its schema explains each field.",
    ),
    "CKB090": Code(
        "Nothing to draw",
        "No path of the requested strength leads from one node to the other.",
        "Ask for weaker links (--strength contested), or draw what leads to a node with --focus.",
    ),
    "CKB091": Code(
        "A study that contradicts itself",
        "The patients of a disease belong to a result on that disease, a treatment is not combined with itself, and what a described "
        "patient has and was given is the subject of one of the results.",
        "Correct the study; its schema explains each field.",
    ),
    "CKB093": Code(
        "A look that the page does not have",
        "The page of the map is light, dark, or follows the reader's system; it prints in its own way.",
        "Leave '--look' out, or write '--look light' or '--look dark'.",
    ),
    "CKB095": Code(
        "A sentence of a story without support",
        "Each sentence of a story refers to an edge, a path or a source for its claim.",
        "Name one under 'edges', 'paths' or 'sources', or remove the sentence.",
    ),
    "CKB096": Code(
        "A number without a source",
        "The numbers of a story must occur in the edges, studies and sources that its sentence refers to.",
        "Correct the number, or name the source that gives it.",
    ),
    "CKB097": Code(
        "A path of a story that the graph does not have",
        "Two consecutive nodes in 'paths' have no edge in that direction.",
        "Name the nodes between them, or correct the path; 'calcinosis-kb graph path THERAPY' lists the paths of "
        "a therapy.",
    ),
    "CKB098": Code(
        "No such story",
        "No story has this id.",
        "'calcinosis-kb story' lists them.",
    ),
    "CKB099": Code(
        "A fault inside calcinosis-kb",
        "This should not have happened.",
        "Please report it with the command that you typed.",
    ),
    "CKB100": Code(
        "A port or address that cannot be used",
        "Another program listens on the port, or it is reserved; or the address is not one of this computer.",
        "Leave '--port' out to take a free one, and '--host' out to listen on this computer only; or name others.",
    ),
    "CKB101": Code(
        "Keys that cannot be read",
        "'serve --keys' takes a file with a JWK Set: the public keys of the record systems that may call the CDS Hooks service.",
        'Name a file such as {"keys": [{"kty": "EC", "kid": "...", "crv": "P-384", "x": "...", "y": "..."}]}.',
    ),
    "CKB102": Code(
        "A file for feedback that cannot be used",
        "'serve --feedback' takes an SQLite file, which is made if it is not there.",
        "Name a file in a folder that exists and can be written to, or leave '--feedback' out to keep none.",
    ),
    "CKB103": Code(
        "A folder that is not of a site",
        "The folder for the pages holds something else, which would be mixed with them.",
        "Name a new folder with '-o', or one into which 'calcinosis-kb site' has written before.",
    ),
    "CKB104": Code(
        "A file that has changed meanwhile",
        "The file on disk is not the one that was opened in the form: somebody else has written it, or it is new.",
        "Compare the two texts, take over what is to stay, and save again.",
    ),
    "CKB105": Code(
        "A form or case link that cannot be read",
        "What a page sent is not what its form holds, or a case link is cut short or of another make.",
        "Open the page again; copy the whole link, or ask for the patient file.",
    ),
    "CKB106": Code(
        "Not a health record",
        "The file is no JSON, or has nothing of FHIR in it; or the folder holds no file of a form that is read.",
        "Give a FHIR Bundle or resource as JSON, NDJSON, or a folder of such files.",
    ),
    "CKB107": Code(
        "Several patients, or none of that id",
        "The source holds the records of several patients and none was chosen, or none of them has the id that was given.",
        "Choose one of the ids that the message lists, with '--patient ID'.",
    ),
    "CKB108": Code(
        "A record without a date",
        "A record is read as of a day: that of the document, else the latest date in it. This one has none, and the clock is never asked.",
        "Say with '--as-of YYYY-MM-DD' on which day the record was true.",
    ),
    "CKB109": Code(
        "A record that is not as FHIR R4 demands",
        "'--strict' holds every entry to the specification: an element is missing, has another type, or is not of R4.",
        "Correct the record where it was written, or leave '--strict' out: what can be read is then read, and the rest is told.",
    ),
    "CKB114": Code(
        "The patient has died",
        "The health record says so, and no treatment is suggested for the dead.",
        "If the record is wrong, correct it there; 'calcinosis-kb import SOURCE' shows how it was read.",
    ),
    "CKB115": Code(
        "An option for health records, and no health record",
        "'--patient', '--as-of' and '--history-complete' say how a health record is read; a patient file says all of it itself.",
        "Leave the option out, or name a health record: a file or folder of FHIR, or an OMOP database.",
    ),
    "CKB116": Code(
        "Strict reading of what is not FHIR",
        "'import --strict' holds a record to the specification of FHIR R4, and this is another form.",
        "Leave '--strict' out.",
    ),
    "CKB110": Code(
        "No database of OMOP",
        "The file, folder or database holds no table of the OMOP Common Data Model, or is none that can be opened.",
        "Name a DuckDB file, a folder of Parquet or CSV files called after the tables (person, ...), or the URL of a database.",
    ),
    "CKB111": Code(
        "OMOP without the table 'person'",
        "Every record of OMOP belongs to a row of 'person', which is missing. Every other table may be.",
        "Add the table, with 'person_id', 'year_of_birth' and 'gender_concept_id' at least.",
    ),
    "CKB112": Code(
        "Missing libraries for OMOP",
        "Databases of OMOP are read by libraries that are installed on demand; the message names all that are missing.",
        "Install the extra 'omop' with the command that the message gives.",
    ),
    "CKB113": Code(
        "A database that cannot be read",
        "The file is damaged, the server does not answer, or a table cannot be read; the message says what the database said.",
        "Check that the file is whole, that the address is right, and that you may read it.",
    ),
    "CKB117": Code(
        "A screen that does not agree with itself",
        "Everybody is judged by running each rule once for each different input. Some people are answered one by one as well, and differ.",
        "This is a fault of calcinosis-kb; please report it. Nothing was written.",
    ),
    "CKB118": Code(
        "An output that would be overwritten",
        "There is a file or folder at the place where the rows of a screen are to be written. A screen never overwrites.",
        "Name another file with '-o', or remove the one that is there.",
    ),
    "CKB119": Code(
        "No service of the literature can be reached",
        "The watch needs a network: PubMed, Europe PMC and ClinicalTrials.gov were asked, and none of them was there. No file was changed.",
        "Connect to the network, or name its proxy in the variable 'https_proxy', then give the same command again.",
    ),
    "CKB120": Code(
        "A search that is incomplete",
        "A service failed, refused or cut off its answer, or some of its records could not be read. What was read is listed, drafted and "
        "recorded; the day of the last search is not moved on, so that the rest is asked for again.",
        "Give the same command again, later if the service asks too much of you; what was read is not fetched or drafted twice.",
    ),
    "CKB121": Code(
        "A watch that cannot begin",
        "A therapy has no search string, the contact is no e-mail address, the search begins after its own day, the installation has no "
        "files to write to, or the address of a stand-in for the services is neither one with https nor on this machine.",
        "Do what the message says; 'calcinosis-kb watch --list' works without a checkout, and changes no file.",
    ),
    "CKB122": Code(
        "A record of a search that does not fit the base",
        "The record in knowledge/searches/ says that a draft was opened, and the base has neither the draft nor a study of that name.",
        "If it was thrown away, write 'decision: excluded' with a 'reason'; if it was renamed, write the new name under 'source'.",
    ),
    "CKB125": Code(
        "A release does not run here",
        "`diff --own-code` lets the code of each revision answer, with the packages that are installed. That of this one fails"
        " or reads no case.",
        "Name a revision whose packages are installed, or leave `--own-code` out: then today's code reads both.",
    ),
    "CKB126": Code(
        "Not enough memory",
        "The machine, or a limit set for the program, has no memory left for what was asked. No output was changed.",
        "Give the program more memory, or less to do. An answer for one patient takes about 150 MB, a record in OMOP up to 2 GB.",
    ),
}
"""By code, in order."""
