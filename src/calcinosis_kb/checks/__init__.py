"""The checks of knowledge, rules and cases that ``calcinosis-kb check`` runs."""
