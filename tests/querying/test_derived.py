"""What is made of a whole library is fresh where that is cheap, and never dear to everybody."""

from __future__ import annotations

import pytest

from search import derived
from search.derived import LONGEST_REST, RENEWED, REST, Derived


class Growing:
    """A library that is nothing but how often it has changed, and what it hides."""

    def __init__(self) -> None:
        self.changes = 0
        self.secrets = frozenset()

    def sequence(self):
        return self.changes

    def hidden(self):
        return self.secrets


@pytest.fixture
def library():
    return Growing()


@pytest.fixture
def spend(monkeypatch):
    """Let clocks stand still but for what a test spends, of both."""
    spent = [0.0]
    monkeypatch.setattr(derived.time, "thread_time", lambda: spent[0])
    monkeypatch.setattr(derived.time, "monotonic", lambda: spent[0])

    def spend(seconds):
        spent[0] += seconds

    return spend


def test_what_is_cheap_is_always_of_now(library, spend):
    kept = Derived(library, lambda: library.changes)
    for library.changes in range(5):
        assert kept.get() == library.changes


@pytest.mark.parametrize(("cost", "rest"), [(0.5, 0.5 * REST), (2.0, LONGEST_REST)])
def test_what_is_dear_rests_in_proportion_and_so_long_at_most(library, spend, cost, rest):
    def make():
        spend(cost)
        return library.changes

    kept = Derived(library, make)
    assert kept.get() == 0
    library.changes = 7
    spend(0.99 * rest)
    assert kept.get() == 0
    spend(0.01 * rest)
    assert kept.get() == 7


def test_what_is_hidden_is_left_out_at_once(library, spend):
    def make():
        spend(0.5)
        return library.changes, library.secrets

    kept = Derived(library, make)
    kept.get()
    library.changes, library.secrets = 1, frozenset({"密"})
    assert kept.get() == (1, {"密"})


def test_nobody_waits_for_another_who_makes_it_anew(library, spend):
    seen = []

    def make():
        if seen:
            seen.append(kept.get())  # as another thread would ask meanwhile
        return library.changes

    kept = Derived(library, make)
    seen.append(kept.get())
    library.changes = 1
    assert kept.get() == 1
    assert seen == [0, 0]


def test_while_somebody_renews_it_no_reader_makes_it(library, spend):
    kept = Derived(library, lambda: library.changes)
    kept.renew()

    library.changes = 1
    assert kept.get() == 0
    kept.renew()
    assert kept.get() == 1


def test_who_renewed_it_and_comes_no_more_is_not_waited_for(library, spend):
    kept = Derived(library, lambda: library.changes)
    kept.renew()
    library.changes = 1

    spend(RENEWED)

    assert kept.get() == 1


def test_what_is_hidden_is_left_out_even_between_two_renewals(library, spend):
    kept = Derived(library, lambda: library.secrets)
    kept.renew()

    library.changes, library.secrets = 1, frozenset({"密"})

    assert kept.get() == {"密"}
