"""The facts that rules ask for."""
