"""Answers compared with what was really done: published cases, their scores and the baselines."""
