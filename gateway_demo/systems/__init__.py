"""The REST systems of the demo."""
