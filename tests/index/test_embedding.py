from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import DEFAULT_MODEL, ModelUnavailable
from index.compiling import COMPILER_VERSION, MODEL_FILE, RECORD_FILE, TOKENIZER_FILE, compile_model
from index.embedding import DEFAULT_MODEL_SHA256, OnnxEmbedder, fingerprint_of, locate, open_embedder

LONG = "The tide reached the quay wall. " * 200


@pytest.fixture(scope="module")
def embedder():
    return open_embedder(DEFAULT_MODEL)


def test_the_compiled_model_is_whole_and_agrees_with_sentence_transformers(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as elsewhere:
        elsewhere.chdir(tmp_path_factory.mktemp("modules"))
        for name in ("index", "torch"):  # a user's own modules, in the folder where the command is given
            Path(f"{name}.py").write_text("raise SystemExit('a module of somebody else')")
        compile_model(DEFAULT_MODEL, locate(DEFAULT_MODEL), tmp_path / "compiled")
    assert [path.name for path in tmp_path.iterdir()] == ["compiled"]
    assert {path.name for path in (tmp_path / "compiled").iterdir()} == {MODEL_FILE, RECORD_FILE, TOKENIZER_FILE}
    compiled = OnnxEmbedder(DEFAULT_MODEL, "", tmp_path / "compiled")
    sentences = ["What was agreed on fisheries?", "Ministers met in March.", LONG]
    np.save(tmp_path / "ours.npy", compiled.embed(sentences))
    check = (
        "import sys, numpy as np; from sentence_transformers import SentenceTransformer as S\n"
        "from pathlib import Path; from index.embedding import ReferenceEmbedder as R\n"
        "ours, texts = np.load(sys.argv[2]), sys.argv[3:]\n"
        "theirs = S(sys.argv[1], device='cpu').encode(texts, normalize_embeddings=True)\n"
        "served = R('same', '', Path(sys.argv[1]))\n"
        "both = [theirs, served.embed(texts), np.stack([served.embed_query(text) for text in texts])]\n"
        "print(min((ours * vectors).sum(axis=1).min() for vectors in both))"
    )
    child = subprocess.run(
        [sys.executable, "-c", check, str(locate(DEFAULT_MODEL)), str(tmp_path / "ours.npy"), *sentences],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(child.stdout) >= 0.9999


def test_vectors_have_length_one(embedder):
    vectors = embedder.embed(["a", "Energy", LONG])
    assert vectors.shape == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_whatever_stands_beside_it(embedder):
    texts = [f"{'very ' * length}old lamp" for length in (9, 1, 30, 4, 0, 17, 3, 2, 8, 6, 5)]
    alone = np.stack([embedder.embed([text])[0] for text in texts])
    np.testing.assert_array_equal(embedder.embed(texts), alone)
    np.testing.assert_array_equal(embedder.embed(texts[::-1]), alone[::-1])


def test_a_question_and_a_passage_of_one_wording_have_one_vector(embedder):
    np.testing.assert_array_equal(embedder.embed_query(LONG), embedder.embed([LONG])[0])


def test_no_texts_are_no_vectors(embedder):
    assert len(embedder.embed([])) == 0


def test_words_beyond_the_128th_token_still_count(embedder):
    start = "The lamps are lit at dusk. " * 25
    assert float(embedder.embed([start])[0] @ embedder.embed([f"{start}Herring prices doubled in May."])[0]) < 0.999


def test_a_question_asked_twice_has_one_vector(embedder):
    assert embedder.embed_query("Who lit the lamps?") is embedder.embed_query("Who lit the lamps?")


def test_the_measure_counts_without_a_limit(embedder):
    assert len(embedder.measure.encode(LONG, add_special_tokens=False).ids) > 1_000


def test_the_default_model_is_checked_by_its_published_hashes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(DEFAULT_MODEL_SHA256, "config.json", "0" * 64)
    with pytest.raises(ModelUnavailable, match=r"damaged file, config\.json.*--force-reinstall"):
        locate(DEFAULT_MODEL)


def test_a_model_that_is_not_on_this_machine_is_one_sentence_with_the_command():
    with pytest.raises(ModelUnavailable, match="hf download nobody/nothing-of-the-kind"):
        locate("nobody/nothing-of-the-kind")


def test_a_cache_that_cannot_be_written_to_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "cache").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ModelUnavailable, match="cannot be prepared.*XDG_CACHE_HOME"):
        open_embedder(DEFAULT_MODEL)


def test_a_folder_that_holds_no_model_is_one_sentence(tmp_path: Path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "notes.txt").write_text("not a model")
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        compile_model("mine", tmp_path / "model", tmp_path / "compiled")
    assert not (tmp_path / "compiled").exists()


def test_a_model_of_other_files_has_another_fingerprint(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    before = fingerprint_of(tmp_path)
    (tmp_path / "config.json").write_text("{ }")
    assert fingerprint_of(tmp_path) != before


def test_an_index_whose_model_changed_under_the_same_name_is_refused():
    with pytest.raises(ModelUnavailable, match="has changed since the index was made"):
        open_embedder(DEFAULT_MODEL, fingerprint="0" * 32)


@pytest.fixture(scope="module")
def cache_with_int8(tmp_path_factory: pytest.TempPathFactory):
    folder = str(tmp_path_factory.mktemp("cache"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("platformdirs.user_cache_dir", lambda _: folder)
        # as with an index from another machine: its fingerprint is all that says the precision
        open_embedder(DEFAULT_MODEL, fingerprint=fingerprint_of(locate(DEFAULT_MODEL), "int8"))
    return folder


@pytest.fixture
def int8(cache_with_int8: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _: cache_with_int8)
    return open_embedder(DEFAULT_MODEL, precision="int8")


def test_int8_vectors_are_near_those_of_fp32_and_another_model(embedder, int8):
    texts = ["What was agreed on fisheries?", "Ministers met in March.", LONG]
    cosines = (embedder.embed(texts) * int8.embed(texts)).sum(axis=1)
    assert 0.98 < cosines.min() < cosines.max() < 0.99999
    assert int8.fingerprint != embedder.fingerprint


def test_an_int8_vector_is_the_same_whatever_stands_beside_it(int8):
    texts = ["Energy", "Ministers met in March.", LONG]
    np.testing.assert_array_equal(int8.embed(texts)[1], int8.embed([texts[1]])[0])


def test_an_index_of_int8_is_asked_with_the_model_that_made_it(int8):
    opened = open_embedder(DEFAULT_MODEL, fingerprint=int8.fingerprint)
    np.testing.assert_array_equal(opened.embed_query("Energy"), int8.embed_query("Energy"))


def test_a_model_without_an_int8_form_is_one_sentence(int8, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _: str(tmp_path))
    folder = tmp_path / "models" / f"{int8.fingerprint}-{COMPILER_VERSION}"
    folder.mkdir(parents=True)
    (folder / RECORD_FILE).write_text('{"reason": "it does not export"}')
    with pytest.raises(ModelUnavailable, match="no int8 form that agrees with it; use it with fp32"):
        open_embedder(DEFAULT_MODEL, precision="int8")


def test_a_compiled_model_is_used_without_torch(tmp_path: Path):
    open_embedder(DEFAULT_MODEL)
    child = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from index.embedding import open_embedder\n"
            f"open_embedder({DEFAULT_MODEL!r}).embed(['a'])\n"
            "print({'torch', 'sentence_transformers', 'transformers'} & sys.modules.keys())",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout.strip() == "set()"
