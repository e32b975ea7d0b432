"""Invented circulars of invented places: the demo library and the tests' honest material."""
