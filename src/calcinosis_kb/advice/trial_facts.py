"""Turn the treatments of a patient into facts for the rules, with an ``unknown`` for what may have been tried."""

from __future__ import annotations

from calcinosis_kb.advice.mentions import uncertain_therapies
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.patients.models import FOR_CALCINOSIS, INEFFECTIVE, Patient, Trial
from calcinosis_kb.rules.facts import Fact

__all__ = ["FAILURES", "trial_facts"]

FAILURES = INEFFECTIVE | {"not_tolerated", "recurred"}
"""The outcomes after which another treatment is wanted."""


def trial_facts(patient: Patient, names: Names) -> list[Fact]:
    """Return a ``trial`` per treatment with a known therapy or family, and an ``unknown`` for what may have been tried."""
    knowledge = names.knowledge
    taken = {drug.id for drug in patient.medications or ()}
    given = [trial for trial in patient.trials if trial.given]
    facts: list[Fact] = []
    for trial in given:
        if trial.therapy not in knowledge.therapies:
            continue
        facts.append(
            Fact.of(
                "trial",
                text=_trial_text(trial, knowledge.therapies[trial.therapy].name),
                therapy=trial.therapy,
                family=knowledge.therapies[trial.therapy].family or trial.therapy,
                purpose=trial.purpose if trial.purpose in FOR_CALCINOSIS else "other",
                outcome=_outcome(trial, taken),
                adequacy=trial.adequacy,
            ).marked(knowledge.is_local("therapies", trial.therapy))
        )
    failed = sum(trial.purpose in FOR_CALCINOSIS and trial.outcome in FAILURES for trial in given)
    facts.append(Fact.of("history", failed=failed))
    for therapy, why in sorted(uncertain_therapies(patient, names).items()):
        facts.append(Fact.of("unknown", text=why, about="trial", name=therapy))
    if not patient.history_complete:
        facts.append(Fact.of("unknown", about="history", name="history"))
    return facts


def _outcome(trial: Trial, taken: set[str]) -> str:
    """The outcome of a trial; "ongoing" if the drug is taken now for calcinosis and no outcome is recorded."""
    still = trial.outcome == "unknown" and trial.purpose == "calcinosis" and trial.ended is None
    return "ongoing" if still and trial.therapy in taken else trial.outcome


FOR = {
    "calcinosis": "",
    "unclear": ", purpose unclear",
    "underlying_disease": ", for the underlying disease",
}
"""The purpose of a treatment in words; any other purpose is shown as "for something else"."""


def _trial_text(trial: Trial, name: str) -> str:
    purpose = FOR.get(trial.purpose, ", for something else")
    shown = "; ".join(filter(None, (trial.dose, trial.lasted, trial.adverse_event)))
    outcome = "outcome not recorded" if trial.outcome == "unknown" else trial.outcome.replace("_", " ")
    # Show a brand or code as it was typed, beside the name that it was understood as.
    named = (
        name
        if normalise(trial.named) in (normalise(name), normalise(trial.therapy or ""))
        else f"{name} ({trial.named})"
    )
    return f"{named}: {outcome}{purpose}{f' ({shown})' if shown else ''}"
