"""Nothing is lost and nothing doubled on a real cluster, whatever becomes of its nodes.

The trials themselves, and what they demand, are in `tests.cluster.fault_trials`.
"""

from __future__ import annotations

import pytest

from tests.cluster.fault_nodes import FaultNodes
from tests.cluster.fault_trials import (
    Stage,
    cut_the_network,
    fill_a_disk,
    kill_a_node_during_search,
    kill_nodes_during_ingest,
    restart_everything_during_ingest,
    storm_of_writers,
)

# A trial bounds each of its own waits; this is for what nobody thought of.
pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1_200)]

CIRCULARS = 1_500


@pytest.fixture(scope="module")
def nodes():
    """A cluster of this file's own, since its nodes are killed."""
    with FaultNodes() as started:
        yield started


@pytest.fixture
def stage(nodes, request):
    with Stage(nodes, f"faults-{request.node.name.encode().hex()[-24:]}", CIRCULARS) as held:
        yield held


@pytest.fixture
def apart(nodes):
    """Each node on a cable and a disk of its own."""
    if nodes.missing:
        pytest.skip(nodes.missing)


def nothing_is_wrong(stage):
    """Tell whether the last count found every circular, each once, and no other."""
    return {stage.facts[name] for name in ("lost", "doubled", "strange")} == {0}


def test_no_circular_is_lost_or_doubled_when_nodes_are_killed_during_ingest(stage):
    kill_nodes_during_ingest(stage)
    assert nothing_is_wrong(stage)


def test_no_circular_is_lost_or_doubled_when_the_whole_cluster_is_restarted_during_ingest(stage):
    restart_everything_during_ingest(stage)
    assert nothing_is_wrong(stage)


def test_answers_are_whole_or_say_that_they_are_not_while_a_node_is_killed(stage):
    kill_a_node_during_search(stage)
    assert stage.facts["lonely_partial"] > 0
    assert stage.facts["copied_whole"] > 0


def test_writers_who_are_told_to_wait_lose_nothing(stage):
    storm_of_writers(stage)
    assert stage.facts["rejections"] > 0
    assert nothing_is_wrong(stage)


@pytest.mark.usefixtures("apart")
def test_a_full_disk_holds_an_update_up_which_goes_on_by_itself_once_there_is_room(stage):
    fill_a_disk(stage)
    assert nothing_is_wrong(stage)
    assert "磁盘" in stage.facts["told"]


@pytest.mark.usefixtures("apart")
def test_a_cut_network_loses_nothing_and_answers_say_what_they_lack(stage):
    cut_the_network(stage)
    assert nothing_is_wrong(stage)
    assert stage.facts["lonely_partial"] > 0
