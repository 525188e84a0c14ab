"""Rules: their models, the facts that they read, the compiler and its two back ends."""
