"""One module per file format; each turns bytes into a `RawCircular` and loses nothing in silence."""
