"""From a patient to an answer: facts, standings, verdicts, ranking and explanation."""
