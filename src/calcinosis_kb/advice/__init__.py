"""Advice: a patient's facts, standings, verdicts, ranking and explanation."""
