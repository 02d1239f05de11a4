"""What an account's numbers mean beside others: last month's, last year's."""
