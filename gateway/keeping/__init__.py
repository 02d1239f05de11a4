"""What is remembered of answers, for how long, and where."""
