"""The plan of customers, accounts and premises, drawn from a seed."""
