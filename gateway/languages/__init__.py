"""Languages of texts for people: locales, the language of a request, and message catalogs."""
