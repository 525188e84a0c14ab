"""Present answers and knowledge to people and programs: terminal, Markdown, CSV, JSON."""
