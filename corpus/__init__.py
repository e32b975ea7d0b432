"""What a circular (公文) is: numbers, paths, agencies, structure, and the library."""
