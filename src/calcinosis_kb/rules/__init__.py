"""Model, load, lint, compile and run rules, on two independent back ends."""
