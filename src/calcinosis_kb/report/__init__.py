"""Answers and knowledge written for people and programs: terminal, Markdown, JSON."""
