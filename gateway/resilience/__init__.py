"""Wrappers around a source: circuit breaker, retry, hedging, deadline, concurrency limit."""
