"""The model of customers and accounts, their random traits, the calendar and the column types."""
