"""Schema migrations of the library (Alembic)."""
