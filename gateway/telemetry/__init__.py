"""Logs, traces and statistics."""
