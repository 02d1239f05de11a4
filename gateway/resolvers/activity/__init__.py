"""The activity feed and the financial history."""
