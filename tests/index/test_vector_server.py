"""The vectors on a Chroma server: a real one, which goes down, is wiped, is shared and stands behind a proxy."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import index.vector_server
import index.vectors
from index import DEFAULT_MODEL, Index, InvalidAddress, Progress, SyncStopped, VectorsUnavailable, checked_address, sync
from index.chroma import open_server
from index.generations import FOLDER
from tests.conftest import ROOT
from tests.index.chroma_server import ChromaServer, Proxy, chroma_server, free_port
from tests.index.state import assert_equal_to_a_fresh_index
from tests.index.test_syncing import write

QUESTION = "When are the harbour lamps lit?"
TOKEN = "a-token-that-nobody-else-knows"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """A server that is never stopped."""
    with chroma_server(tmp_path_factory.mktemp("shared")) as server:
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChromaServer]:
    """A server of one test."""
    with chroma_server(tmp_path / "server") as started:
        yield started


@pytest.fixture(autouse=True)
def _no_token_and_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(index.vector_server.TOKEN_VARIABLE, raising=False)
    monkeypatch.setattr(index.vectors, "RETRY_SECONDS", 0.0)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    write(
        tmp_path / "corpus", "lamps.md", "# Lamps\n\nThe harbour lamps are lit at dusk.\n\n## Oil\n\nIn the cellar.\n"
    )
    write(tmp_path / "corpus", "notes/tides.txt", "Tides\n\nThe spring tide reached the quay wall.\n")
    return tmp_path


def run(base: Path, vectors: str | None = None, **options):
    return sync(base / "corpus", base / "index", model=DEFAULT_MODEL, vectors=vectors, **options)


@contextmanager
def resident(base: Path) -> Iterator[Index]:
    with closing(Index(base / "index", resident=True)) as opened:
        yield opened


def best(opened: Index) -> tuple[str, tuple[str, ...]]:
    found = opened.search(QUESTION, 5)
    return found.hits[0].document_id, found.degraded


def test_vectors_on_a_server_answer_like_those_of_a_folder(shared: ChromaServer, base: Path):
    assert run(base, shared.address).embedded > 2
    assert not list((base / "index" / FOLDER).glob("*"))
    with resident(base) as chroma, closing(Index(base / "index")) as exact:
        found = chroma.search(QUESTION, 5)
        assert found.degraded == ()
        assert found == exact.search(QUESTION, 5)
    sync(base / "corpus", base / "fresh", model=DEFAULT_MODEL)
    assert_equal_to_a_fresh_index(base / "index", base / "fresh")


def test_an_open_index_follows_what_is_changed_on_the_server(shared: ChromaServer, base: Path):
    run(base, shared.address)
    with resident(base) as opened:
        best(opened)
        before = shared.collections()
        write(base / "corpus", "new.md", "# Ferry\n\nThe ferry to the island sails at noon.\n")
        (base / "corpus" / "lamps.md").unlink()
        report = run(base)
        assert (report.mended, shared.collections()) == ("", before)  # changed in its place
        found = opened.search("harbour lamps and the ferry to the island", 10)
        assert {hit.document_id for hit in found.hits} == {"new.md", "notes/tides.txt"}
        assert found.degraded == ()
    sync(base / "corpus", base / "fresh", model=DEFAULT_MODEL)
    assert_equal_to_a_fresh_index(base / "index", base / "fresh")


def test_a_server_that_is_down_at_a_sync_costs_nothing_but_the_vectors_on_it(server: ChromaServer, base: Path):
    server.stop()
    with pytest.raises(VectorsUnavailable, match=rf"{server.address} fails \(no connection.*server runs") as refused:
        run(base, server.address)
    assert str(refused.value).count("\n") == 0
    with resident(base) as opened:
        assert best(opened) == ("lamps.md", ())  # exact, as before the first generation
        server.start()
        assert run(base).embedded == 0
        assert best(opened) == ("lamps.md", ())
    assert len(server.collections()) == 1


def test_while_the_server_is_down_answers_are_exact_and_say_so_until_it_is_back(server: ChromaServer, base: Path):
    run(base, server.address)
    with resident(base) as opened, closing(Index(base / "index")) as exact:
        assert best(opened) == ("lamps.md", ())
        server.stop()
        found = opened.search(QUESTION, 5)
        assert found.hits == exact.search(QUESTION, 5).hits
        assert found.degraded[0].startswith(
            f"Meaning was searched without Chroma: The vector store at {server.address}"
        )
        with pytest.raises(VectorsUnavailable):
            run(base)
        server.start()
        assert best(opened) == ("lamps.md", ())


def test_a_server_that_was_started_anew_is_not_even_noticed(server: ChromaServer, base: Path):
    run(base, server.address)
    with resident(base) as opened:
        best(opened)
        server.stop()
        server.start()
        assert best(opened) == ("lamps.md", ())


def test_a_server_that_did_not_answer_is_left_alone_for_a_while(
    server: ChromaServer, base: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(index.vectors, "RETRY_SECONDS", 3600.0)
    run(base, server.address)
    server.stop()
    with resident(base) as opened:
        assert best(opened)[1]
        server.start()
        assert best(opened)[1]
        monkeypatch.setattr(index.vectors, "RETRY_SECONDS", 0.0)
        assert best(opened)[1] == ()


def test_a_server_that_takes_a_connection_and_says_nothing_is_given_up(base: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(index.vector_server, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(VectorsUnavailable, match=r"has not answered for 0\.2 seconds"):
            run(base, address)


def test_a_call_that_a_server_does_not_end_is_given_up(shared: ChromaServer):
    with closing(open_server(shared.address, "patience", create=True, seconds=12.5)) as collection:
        assert collection._client._server._session.timeout.read == 12.5


@pytest.mark.parametrize("loss", ["wiped", "older"])
def test_what_a_server_lost_is_noticed_and_filled_again_without_embedding(server: ChromaServer, base: Path, loss: str):
    run(base, server.address)
    server.stop()
    shutil.copytree(server.folder, base / "older")
    server.start()
    write(base / "corpus", "new.md", "# Ferry\n\nThe ferry to the island sails at noon.\n")
    run(base)
    server.stop()
    shutil.rmtree(server.folder)
    if loss == "older":
        shutil.copytree(base / "older", server.folder)
    server.start()
    with resident(base) as opened:
        document, degraded = best(opened)
        assert document == "lamps.md"
        assert "does not exist" in degraded[0] if loss == "wiped" else "older" in degraded[0]
        report = run(base)
        assert report.embedded == 0
        assert bool(report.mended) == (loss == "wiped")
        assert best(opened) == ("lamps.md", ())
    sync(base / "corpus", base / "fresh", model=DEFAULT_MODEL)
    assert_equal_to_a_fresh_index(base / "index", base / "fresh")


def test_the_vectors_move_between_folder_and_server_and_leave_nothing_behind(server: ChromaServer, base: Path):
    generations = base / "index" / FOLDER
    with closing(open_server(server.address, "somebody-elses", create=True)):
        pass
    run(base)
    with resident(base) as opened:
        for vectors, folders, collections in ((server.address, 0, 2), ("", 1, 1), (server.address, 0, 2)):
            assert run(base, vectors).embedded == 0
            assert best(opened) == ("lamps.md", ())
            assert len(list(generations.glob("*"))) == folders
            assert len(server.collections()) == collections
    run(base, rebuild=True)
    assert len(server.collections()) == 2
    assert "somebody-elses" in server.collections()


def test_a_collection_that_a_stopped_sync_left_goes_with_the_next(server: ChromaServer, base: Path):
    def stop(step: Progress) -> None:
        if step.stage == "writing":
            raise SyncStopped

    with pytest.raises(SyncStopped):
        run(base, server.address, progress=stop)
    assert len(server.collections()) == 1
    run(base)
    assert len(server.collections()) == 1
    with resident(base) as opened:
        assert best(opened) == ("lamps.md", ())


def test_two_indexes_and_a_copy_of_one_share_a_server_and_stay_apart(server: ChromaServer, base: Path, tmp_path: Path):
    run(base, server.address)
    other = tmp_path / "other"
    write(other / "corpus", "mill.md", "# Mill\n\nThe mill stands still.\n")
    run(other, server.address)
    shutil.copytree(base / "index", tmp_path / "copy" / "index")
    shutil.copytree(base / "corpus", tmp_path / "copy" / "corpus")
    with resident(tmp_path / "copy") as opened:
        assert "does not exist" in best(opened)[1][0]
    (tmp_path / "copy" / "corpus" / "lamps.md").unlink()
    run(tmp_path / "copy")
    assert len(server.collections()) == 3
    for folder, document in ((base, "lamps.md"), (other, "mill.md"), (tmp_path / "copy", "notes/tides.txt")):
        with resident(folder) as opened:
            assert best(opened) == (document, ())


def test_a_proxy_gets_the_token_at_every_request_and_the_path_before_the_api(
    shared: ChromaServer, base: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(index.vector_server.TOKEN_VARIABLE, TOKEN)
    with Proxy(shared.port, TOKEN) as proxy:
        run(base, proxy.address)
        with resident(base) as opened:
            assert best(opened) == ("lamps.md", ())
        assert len(proxy.tokens) > 5
        assert set(proxy.tokens) == {f"Bearer {TOKEN}"}
        for file in (base / "index").rglob("*"):
            assert not file.is_file() or TOKEN.encode() not in file.read_bytes(), file


@pytest.mark.parametrize(("token", "said"), [("", "it wants a token"), ("wrong-one", "it refuses the token")])
def test_a_proxy_that_refuses_is_one_sentence_that_names_the_variable_and_not_the_token(
    shared: ChromaServer, base: Path, monkeypatch: pytest.MonkeyPatch, token: str, said: str
):
    monkeypatch.setenv(index.vector_server.TOKEN_VARIABLE, token)
    with Proxy(shared.port, TOKEN) as proxy, pytest.raises(VectorsUnavailable, match=said) as refused:
        run(base, proxy.address)
    assert index.vector_server.TOKEN_VARIABLE in str(refused.value)
    assert "wrong-one" not in str(refused.value)


def test_a_token_that_a_proxy_repeats_is_not_repeated_further(
    shared: ChromaServer, base: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(index.vector_server.TOKEN_VARIABLE, TOKEN)
    with Proxy(shared.port, TOKEN) as proxy:
        proxy.behaviour = "repeat"
        with pytest.raises(VectorsUnavailable, match=r"cannot work with Bearer \(the token\)"):
            run(base, proxy.address)
    assert TOKEN not in (base / "index" / "despatch.log").read_text()


def test_a_redirection_is_not_followed_with_the_token(
    shared: ChromaServer, base: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(index.vector_server.TOKEN_VARIABLE, TOKEN)
    with Proxy(shared.port, TOKEN) as proxy:
        proxy.behaviour = "redirect"
        with pytest.raises(VectorsUnavailable, match="HTTP status 307"):
            run(base, proxy.address)


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """A folder with a certificate for localhost, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    folder = tmp_path / "certificates"
    folder.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    return folder


def test_a_certificate_is_checked_and_one_of_ones_own_can_be_named(
    shared: ChromaServer, base: Path, certificates: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(index.vector_server.TOKEN_VARIABLE, TOKEN)
    with Proxy(shared.port, TOKEN, certificates) as proxy:
        with pytest.raises(VectorsUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
            run(base, proxy.address)
        assert proxy.tokens == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "fullchain.pem"))
        run(base, proxy.address)
        with resident(base) as opened:
            assert best(opened) == ("lamps.md", ())


EXAMPLE = ROOT / "docs" / "server"


def test_the_example_of_a_compose_file_lets_only_the_proxy_be_reached():
    services = yaml.safe_load((EXAMPLE / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["chroma"]["image"].endswith(f":{version('chromadb')}")
    assert "ports" not in services["chroma"]
    assert services["proxy"]["ports"] == ["443:443"]
    mounted = [volume.split(":")[0] for volume in services["proxy"]["volumes"]]
    assert (EXAMPLE / mounted[0]).is_file()


NGINX = """daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; {others}
include {folder}/chroma.conf; }}
"""


def test_the_example_of_a_proxy_works_and_lets_nobody_else_in(
    shared: ChromaServer, base: Path, certificates: Path, monkeypatch: pytest.MonkeyPatch
):
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    token, port = "0123456789abcdef" * 4, free_port()
    example = (EXAMPLE / "chroma.conf.template").read_text(encoding="utf-8")
    for name, here in (
        ("${DESPATCH_VECTORS_TOKEN}", token),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/nginx/certificates", str(certificates)),
        ("http://chroma:8000/", f"{shared.address}/"),
    ):
        assert name in example
        example = example.replace(name, here)
    (base / "chroma.conf").write_text(example)
    others = "".join(f"{kind}_temp_path {base}/{kind}; " for kind in ("fastcgi", "uwsgi", "scgi"))
    (base / "nginx.conf").write_text(NGINX.format(folder=base, others=others))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "fullchain.pem"))
    command = [nginx, "-c", str(base / "nginx.conf"), "-e", str(base / "errors")]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with subprocess.Popen(command) as proxy:
        try:
            address = f"https://localhost:{port}/chroma"
            with pytest.raises(VectorsUnavailable, match="it wants a token"):
                run(base, address)
            monkeypatch.setenv(index.vector_server.TOKEN_VARIABLE, token)
            assert run(base, address).passages > 2
            with resident(base) as opened:
                assert best(opened) == ("lamps.md", ())
            with pytest.raises(VectorsUnavailable, match="HTTP status 404"):
                run(base, address.removesuffix("/chroma"))
        finally:
            proxy.terminate()


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("HTTPS://Vectors.Example.org/chroma/", "https://vectors.example.org/chroma"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_has_one_form(given: str, address: str):
    assert checked_address(given) == address


@pytest.mark.parametrize(
    "given",
    ["", "vectors", "localhost:8000", "ftp://host", "http://", "http://host:port", "http://host:99999", "http://h/?a=b"]
    + ["http://a b", "http://h/\x1b[0m", "http://[::1"],
)
def test_what_is_no_address_is_one_sentence(given: str):
    with pytest.raises(InvalidAddress, match="cannot be used") as refused:
        checked_address(given)
    assert str(refused.value).isprintable()


def test_a_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(InvalidAddress, match="DESPATCH_VECTORS_TOKEN") as refused:
        checked_address("https://me:secret@host")
    assert "secret" not in str(refused.value)
