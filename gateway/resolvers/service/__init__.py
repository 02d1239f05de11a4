"""Premises, service requests, service orders and field work."""
