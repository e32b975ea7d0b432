"""One module per file format; each turns bytes into a `RawCircular` and loses nothing in silence."""

from corpus.readers.reading import read_bytes, read_path

__all__ = ["read_bytes", "read_path"]
