"""``calcinosis-kb suggest``: what has not been tried."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli.app import (
    EngineOption,
    FormatOption,
    OutputFormat,
    OverlayOption,
    WantedEngine,
    app,
    engines,
    show,
)
from calcinosis_kb.cli.patient import (
    AgeOption,
    AllergyOption,
    ConditionOption,
    DiseaseOption,
    FeatureOption,
    LabOption,
    MedicationOption,
    PatternOption,
    SexOption,
    TriedOption,
    patient_from,
)

__all__ = ["suggest"]


@app.command()
def suggest(
    file: Annotated[str | None, typer.Argument(help="Patient file (YAML or JSON), or - for standard input.")] = None,
    disease: DiseaseOption = None,
    tried: TriedOption = None,
    feature: FeatureOption = None,
    pattern: PatternOption = None,
    lab: LabOption = None,
    medication: MedicationOption = None,
    condition: ConditionOption = None,
    allergy: AllergyOption = None,
    age: AgeOption = None,
    sex: SexOption = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Which treatments has this patient not yet tried, and what speaks for and against each?"""
    from calcinosis_kb.base import load
    from calcinosis_kb.report.advice import advice_blocks

    kb = load(engines=engines(engine), overlay=overlay)
    options = {
        "disease": disease, "tried": tried, "feature": feature, "pattern": pattern, "lab": lab,
        "medication": medication, "condition": condition, "allergy": allergy, "age": age, "sex": sex,
    }  # fmt: skip
    advice = kb.advise(patient_from(kb.reader, file, options))
    show(format_, advice.to_dict, lambda: advice_blocks(advice, kb.knowledge))
