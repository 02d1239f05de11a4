"""Credentials of callers: tokens of an identity provider."""
