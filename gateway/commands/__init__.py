"""Commands for operators: API keys and the audit."""
