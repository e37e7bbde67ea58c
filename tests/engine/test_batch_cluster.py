"""A batch on a Ray cluster that the tests start and end: two machines (as Ray counts them) on this one.

Skipped where Ray is not installed: pip install -e '.[cluster]'.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import engine
from engine import BatchOptions, BatchProgress
from engine.batch import cluster as clusters
from engine.batch.cluster import check_address, room
from engine.batch.cluster_actor import EditActor, Hello, SendIt
from engine.batch.ledger import NAME, Ledger
from engine.batch.place import Place
from engine.batch.pool import Ended
from engine.batch.work import Finished, Refused, Task
from engine.cli import main
from engine.errors import ConfigError, EngineError

from . import batches
from .batches import job, photo, pixels


@pytest.mark.parametrize(
    ("address", "trusted", "allowed"),
    [
        ("local", False, True),
        ("127.0.0.1:6379", False, True),
        ("ray://localhost:10001", False, True),
        ("[::1]:6379", False, True),
        ("127.0.0.1", False, True),  # Ray says that the port is missing
        ("localhost", False, True),
        ("127.0.0.1@10.0.0.5:6379", False, False),
        ("10.0.0.5", False, False),
        ("10.0.0.5:6379", False, False),
        ("ray://head.example.org:10001", False, False),
        ("auto", False, False),
        ("127.0.0.1.example.org:6379", False, False),
        ("10.0.0.5:6379", True, True),
    ],
)
def test_another_machine_has_to_be_trusted(address: str, trusted: bool, allowed: bool) -> None:
    if allowed:
        check_address(address, trusted)
    else:
        with pytest.raises(ConfigError, match="not this machine"):
            check_address(address, trusted)


def test_without_ray_it_is_said_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # importing it fails from now on
    photo(tmp_path / "in" / "x.png")
    words = ["batch", str(tmp_path / "in"), "--attribute", "smiling", "--outdir", str(tmp_path / "out")]
    assert main([*words, "--cluster", "local"]) == 1
    told = capsys.readouterr().err
    assert "Ray is not installed" in told and "pip install" in told and not (tmp_path / "out").exists()


def test_an_actor_for_each_gpu_or_pair_of_cores() -> None:
    assert [room({"CPU": cpus}, "auto") for cpus in (0, 1, 2, 3, 16)] == [0, 1, 1, 1, 8]
    assert room({"CPU": 16, "GPU": 4}, "auto") == 4
    assert room({"CPU": 16, "GPU": 4}, "cpu") == 8


def test_without_trust_nothing_is_begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo(tmp_path / "in" / "x.png")
    words = ["batch", str(tmp_path / "in"), "--attribute", "smiling", "--outdir", str(tmp_path / "out")]
    assert main([*words, "--cluster", "10.0.0.5:6379"]) == 1
    assert "--trust-cluster" in capsys.readouterr().err and not (tmp_path / "out").exists()


# --- the driver's part, with a Ray that does at once, in this process, what it is asked


class AtOnce:
    """Ray as far as a driver needs it: one machine, and references that are the answers themselves."""

    exceptions = types.SimpleNamespace(RayError=RuntimeError)

    def remote(self, made: Any) -> Any:
        """A class or a function, which may be called by `.options(...).remote(...)`."""

        def call(*arguments: Any) -> Any:
            found = made(*arguments)
            return _Handle(found) if isinstance(made, type) else _Answer(found)

        return types.SimpleNamespace(options=lambda **_: types.SimpleNamespace(remote=call))

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "NodeID": "one", "Resources": {"CPU": 2.0}}]

    def wait(self, references: list[Any], **_: Any) -> tuple[list[Any], list[Any]]:
        return references, []

    def get(self, reference: Any) -> Any:
        return reference.value

    def put(self, content: bytes) -> bytes:
        return content

    def kill(self, _handle: Any) -> None: ...

    def shutdown(self) -> None: ...


class _Answer:
    def __init__(self, value: Any) -> None:
        self.value = value


class _Handle:
    def __init__(self, actor: Any) -> None:
        self._actor = actor

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._actor, name)
        return types.SimpleNamespace(remote=lambda *arguments: _Answer(method(*arguments)))


class Elsewhere:
    """An actor that sees none of the driver's files, and edits nothing."""

    def __init__(self, *_: object) -> None: ...

    def begin(self, *_: object) -> Hello:
        return Hello("elsewhere", "one", False)

    def edit(self, _task: Task, content: bytes | None) -> Any:
        return SendIt() if content is None else (Finished("ab" * 32, len(content), 1.0, {}), content)


@pytest.mark.parametrize("told", ["", "disabled"])
@pytest.mark.parametrize("place", ["home", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH", ""])
def test_a_token_that_is_there_is_shown_to_a_cluster(
    told: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.setenv(name, "")  # what the test leaves there is taken away again
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    if told:
        monkeypatch.setenv("RAY_AUTH_MODE", told)
    if place == "home":
        (tmp_path / ".ray").mkdir()
        (tmp_path / ".ray" / "auth_token").write_text("0" * 64)
    elif place:
        monkeypatch.setenv(place, "0" * 64)
    clusters.show_token()
    assert os.environ.get("RAY_AUTH_MODE") == (told or ("token" if place else None))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "load_ray", AtOnce)
    monkeypatch.setattr(clusters, "_connect", lambda *_: None)
    monkeypatch.setattr(clusters, "EditActor", Elsewhere)
    monkeypatch.setattr(clusters.Cluster, "_on", lambda *_: {})


def given_out(workers: clusters.Cluster, task: Task) -> Ended:
    """What becomes of a task; it must not go to and fro without an end."""
    while not workers.free:
        workers.wait(0)
    workers.submit(task)
    for _ in range(5):
        for event in workers.wait(0):
            assert isinstance(event, Ended)
            return event
    raise AssertionError("no answer")


@pytest.mark.usefixtures("at_once")
def test_a_photo_that_nobody_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path) -> bytes:
        if path.name == "secret.png":
            raise PermissionError(13, "Permission denied")
        return path.open("rb").read()

    with Place(tmp_path / "out") as place:
        workers = clusters.Cluster(job(tmp_path), place, "local", False, None)
        monkeypatch.setattr(Path, "read_bytes", forbidden)
        made = {}
        for number, name in enumerate(("one.png", "secret.png", "gone.png", "two.png")):
            if name != "gone.png":
                photo(tmp_path / name)
            made[name] = given_out(workers, Task(number, tmp_path / name, place.part(number))).outcome
        workers.close()
    assert isinstance(made["one.png"], Finished) and isinstance(made["two.png"], Finished)
    for name, told in (("secret.png", "cannot be read"), ("gone.png", "There is no file")):
        refused = made[name]
        assert isinstance(refused, Refused) and told in refused.message and refused.hint
        assert not refused.everywhere


@pytest.mark.usefixtures("at_once")
def test_a_cluster_may_wait_for_photos_as_long_as_it_likes(tmp_path: Path) -> None:
    """In a watched folder nothing may come for hours; that is no cluster without machines."""
    with Place(tmp_path / "out") as place:
        workers = clusters.Cluster(job(tmp_path), place, "local", False, None)
        while not workers.free:
            workers.wait(0)
        workers._worked = float("-inf")
        assert workers.wait(0) == [] and workers.free == 1
        workers._idle.clear()
        workers._worked = float("-inf")
        with pytest.raises(EngineError, match="no machine that could work"):
            workers._check_patience()
        workers.close()


@pytest.mark.usefixtures("at_once")
def test_what_a_killed_driver_left_on_the_machines_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    out = tmp_path / "out"
    with Place(out) as place:
        killed = clusters.Cluster(job(tmp_path), place, "local", False, None)
        for run in (killed._run, "01234567"):  # another one's lies there, too
            (temporary / f"maskfacegan-batch-{run}-x").mkdir()
            (temporary / f"maskfacegan-batch-{run}-x" / "photo.jpg").write_bytes(b"somebody")
    with Place(out) as place:
        clusters.Cluster(job(tmp_path), place, "local", False, None).close()
    assert [path.name for path in temporary.iterdir()] == ["maskfacegan-batch-01234567-x"]
    assert not (out / ".batch" / "elsewhere").exists()


def test_ray_takes_no_signal_from_its_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own handler exits at once, without the table of failures and the tidying up."""
    monkeypatch.setenv("RAY_worker_niceness", "0")  # which is set otherwise, and would stay
    said: list[dict[str, Any]] = []

    def init(**how: Any) -> None:
        said.append(how)
        signal.signal(signal.SIGTERM, lambda *_: None)

    before = signal.getsignal(signal.SIGTERM)
    for address in ("local", "127.0.0.1:6379"):
        clusters._connect(types.SimpleNamespace(init=init), address)
        assert signal.getsignal(signal.SIGTERM) == before
    assert [how["address"] for how in said] == ["local", "127.0.0.1:6379"]
    assert said[0]["_node_ip_address"] == "127.0.0.1" and "num_cpus" not in said[1]


def test_a_machine_whose_own_disk_is_full_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All photos would fail there, one after the other; the batch ends instead."""
    full = Refused("The disk is full: the result of x.png was not saved.", "Free some space.", True)
    monkeypatch.setattr("engine.batch.cluster_actor.edit_photo", lambda *_: full)
    monkeypatch.setattr("socket.gethostname", lambda: "node7")
    actor = EditActor(job(tmp_path), "cafe", 1)
    actor._pack = None  # type: ignore[assignment]
    task = Task(1, tmp_path / "x.png", tmp_path / "1.part")
    outcome, content = actor.edit(task, b"a photo")  # type: ignore[misc]
    assert isinstance(outcome, Refused) and outcome.everywhere and content is None
    assert outcome.message == f"On the machine node7: {full.message}"
    actor._shared = True  # then it is the disk of the results
    assert actor.edit(task, b"a photo") == (full, None)
    actor.end()  # as a system does with old temporary files
    assert actor.edit(task, b"a photo") == (full, None)

    def fails(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fails)
    broken, _ = actor.edit(task, b"a photo")  # type: ignore[misc]
    assert isinstance(broken, Refused) and broken.everywhere and "machine node7" in broken.message
    actor.end()


# --- with Ray itself


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A head without cores, and two machines with two each; all of it ends with the test."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install -e '.[cluster]'")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # Ray's own 15 starves on a busy machine
    monkeypatch.setenv("PYTHONPATH", str(batches.ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    made.machines = [made.add_node(num_cpus=2) for _ in range(2)]
    made.wait_for_nodes()
    yield made
    made.shutdown()


def run(
    narrow_models: Path, tmp_path: Path, address: str, report: Any = lambda _now: None
) -> engine.BatchSummary:
    for number in range(6):
        photo(tmp_path / "in" / f"{number}.png", number)
    options = BatchOptions(cluster=address, trust_cluster=True)
    return engine.run_batch([tmp_path / "in"], job(narrow_models), tmp_path / "out", options, report=report)


def temporary_folders() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("maskfacegan-batch-*")}


@pytest.mark.slow
def test_a_worker_that_is_killed_is_survived(narrow_models: Path, tmp_path: Path, cluster: Any) -> None:
    before, killed = temporary_folders(), list[int]()

    def kill(now: BatchProgress) -> None:
        for row in now.changed:
            if row.state == "running" and now.done and not killed:
                found = re.search(r"process (\d+)", row.worker)
                assert found
                killed.append(int(found[1]))
                os.kill(killed[0], signal.SIGKILL)

    summary = run(narrow_models, tmp_path, cluster.address, kill)
    assert killed and summary.done == 6 and not summary.failures
    assert len(pixels(tmp_path / "out")) == 6
    assert temporary_folders() == before  # nothing of the photos is left on the machines
    ledger = Ledger(tmp_path / "out" / NAME, read_only=True)
    found = [row for row in ledger.photos() if row.kills]
    assert len(found) == 1 and found[0].tries == 2
    assert len({row.worker for row in ledger.photos()}) >= 2
    ledger.close()


@pytest.mark.slow
def test_a_machine_that_goes_is_survived(narrow_models: Path, tmp_path: Path, cluster: Any) -> None:
    gone: list[object] = []

    def end(now: BatchProgress) -> None:
        if now.done and not gone:
            gone.append(cluster.machines[0])
            cluster.remove_node(cluster.machines[0], allow_graceful=False)

    summary = run(narrow_models, tmp_path, cluster.address, end)
    assert gone and summary.done == 6 and not summary.failures
    ledger = Ledger(tmp_path / "out" / NAME, read_only=True)
    assert not [row for row in ledger.photos() if row.kills]  # nothing is held against a photo
    ledger.close()


@pytest.mark.slow
def test_photos_are_sent_where_they_cannot_be_seen(narrow_models: Path, tmp_path: Path) -> None:
    """An actor by itself, that sees neither the photo nor the output folder."""
    source = photo(tmp_path / "x.png")
    actor = EditActor(job(narrow_models), "cafe", 1)
    hello = actor.begin(tmp_path / "nowhere" / "probe", "cafe", engine.__version__, "node")
    assert isinstance(hello, Hello) and not hello.shared
    task = Task(1, tmp_path / "elsewhere" / "x.png", tmp_path / "elsewhere" / "1.part")
    assert isinstance(actor.edit(task, None), SendIt)
    outcome, content = actor.edit(task, source.read_bytes())  # type: ignore[misc]
    assert isinstance(outcome, Finished) and content is not None and len(content) == outcome.bytes
    broken, nothing = actor.edit(task, b"nothing")  # type: ignore[misc]
    assert isinstance(broken, Refused) and nothing is None
    assert any("-cafe-" in name for name in temporary_folders())
    actor.end()
    assert not any("-cafe-" in name for name in temporary_folders())
    other = EditActor(job(narrow_models), "cafe", 1)
    assert isinstance(other.begin(tmp_path, "", "0.0", "node"), engine.EngineError)
    from engine.batch.cluster_actor import clean

    assert clean("cafe") == 1 and not any("-cafe-" in name for name in temporary_folders())


def test_the_manifest_for_kubernetes_lets_nobody_in() -> None:
    text = (batches.ROOT / "packaging" / "cluster" / "kuberay.yaml").read_text()
    found = {part["kind"]: part for part in yaml.safe_load_all(text)}
    assert set(found) == {"PersistentVolumeClaim", "NetworkPolicy", "RayCluster"}
    spec = found["RayCluster"]["spec"]
    assert spec["authOptions"] == {"mode": "token"} and spec["headGroupSpec"]["serviceType"] == "ClusterIP"
    (rule,) = found["NetworkPolicy"]["spec"]["ingress"]
    assert rule == {"from": [{"podSelector": found["NetworkPolicy"]["spec"]["podSelector"]}]}
    groups = [spec["headGroupSpec"], *spec["workerGroupSpecs"]]
    claims = [group["template"]["spec"]["volumes"][0]["persistentVolumeClaim"] for group in groups]
    assert claims == [{"claimName": found["PersistentVolumeClaim"]["metadata"]["name"]}] * 2
    # KubeRay's validation.go: a token is refused without the version of Ray, 2.52 at least.
    assert tuple(map(int, spec["rayVersion"].split("."))) >= (2, 52)
    # Its pod.go otherwise adds probes that ask the dashboard by wget, and the image has neither.
    probed = [(group["rayStartParams"], group["template"]["spec"]["containers"][0]) for group in groups]
    for parameters, container in probed:
        port = int(parameters.get("node-manager-port", 6379))
        for probe in ("readinessProbe", "livenessProbe"):
            assert container[probe]["tcpSocket"] == {"port": port}
    assert probed[0][0]["include-dashboard"] == "false" and "node-manager-port" in probed[1][0]
    assert (
        int(spec["workerGroupSpecs"][0]["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"])
        == 2
    )
