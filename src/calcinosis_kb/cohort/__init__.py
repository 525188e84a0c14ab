"""Answer for everybody in a database: the facts that rules read become a short signature, and each situation is judged once."""
