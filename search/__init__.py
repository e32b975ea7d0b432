"""How a question becomes hits, facets and snippets."""
