"""Coverage-guided fuzzing with atheris, where it is installed: `python -m tests.torture.fuzzing html`."""

from __future__ import annotations

import sys


def try_file(name: str, data: bytes) -> None:
    from corpus.parsing import parse_file
    from corpus.readers.reasons import REASONS

    outcome = parse_file(name, data)
    assert "circular" in outcome or outcome["code"] in REASONS
    assert outcome.get("code") != "internal", outcome


def try_query(data: bytes) -> None:
    from search.errors import QuestionError
    from search.syntax import parse_query

    try:
        parse_query(data.decode("utf-8", "surrogateescape"))
    except QuestionError as error:
        str(error)


TARGETS = {
    "text": lambda data: try_file("a.txt", data),
    "html": lambda data: try_file("a.html", b"<html><body>" + data),
    "query": try_query,
}


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=["corpus", "search"]):
        import search.syntax  # noqa: F401  what is to be watched is imported here first
    target = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
