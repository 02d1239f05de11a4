"""What an account's records mean to whoever talks with its customer: one table of rules over loaded facts."""
