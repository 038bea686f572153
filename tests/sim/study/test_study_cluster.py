"""Dask clusters: same results as without, and a cluster that goes away keeps what is finished."""

import pytest

from phaseward_sim import study

distributed = pytest.importorskip("distributed", reason="needs distributed, in phaseward[study]")


@pytest.fixture
def plan(study_file):
    return study.make_plan(study.load(study_file()))


def small_cluster(workers=1):
    """Workers as threads of this process: quick to start."""
    return distributed.LocalCluster(n_workers=workers, threads_per_worker=1, processes=False,
                                    dashboard_address=None)


def test_a_cluster_gives_the_results_of_a_run_without(plan, tmp_path):
    here, there = study.Store(tmp_path / "here"), study.Store(tmp_path / "there")
    study.execute(plan, here)
    assert study.execute(plan, there, workers=1, make_cluster=small_cluster) == 6
    for run in plan.runs:
        assert here.read(run)["measurements"] == there.read(run)["measurements"]


def test_a_cluster_that_is_closed_midway_ends_in_a_message_and_keeps_what_is_finished(
        plan, tmp_path):
    store, clusters = study.Store(tmp_path / "out"), []

    def make():
        clusters.append(small_cluster())
        return clusters[0]

    def close_after_two(done, total, words):
        if done == 2:
            clusters[0].close(timeout=5)

    with pytest.raises(study.ClusterLost, match=r"went away.*; [2-5] of 6 runs are finished and "
                                                "kept in"):
        study.execute(plan, store, workers=1, tell=close_after_two, make_cluster=make)
    kept = len(list(store.folder.glob("*.json")))
    assert 2 <= kept < 6
    assert study.execute(plan, store) == 6 - kept


def test_a_scheduler_that_is_not_there_is_named(plan, tmp_path, monkeypatch):
    monkeypatch.setattr("phaseward_sim.study.cluster.CONNECT_S", 1)
    with pytest.raises(study.ClusterLost, match="no Dask scheduler at tcp://127.0.0.1:9: "):
        study.execute(plan, study.Store(tmp_path / "out"), scheduler="tcp://127.0.0.1:9")


def test_a_scheduler_without_workers_is_not_waited_for_forever(plan, tmp_path, monkeypatch):
    monkeypatch.setattr("phaseward_sim.study.cluster.LONELY_S", 1.0)
    with pytest.raises(study.ClusterLost, match="has had no worker"):
        study.execute(plan, study.Store(tmp_path / "out"), workers=1,
                      make_cluster=lambda: small_cluster(0))
