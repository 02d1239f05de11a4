"""What surrounds a question to a source, so that one that fails does not drag the rest down."""
