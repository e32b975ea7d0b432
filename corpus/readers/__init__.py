"""One module per file format: bytes become a `RawCircular`, and nothing is lost in silence."""

from corpus.readers.reading import read_bytes, read_path

__all__ = ["read_bytes", "read_path"]
