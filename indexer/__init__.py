"""How text becomes words, records and an index."""
