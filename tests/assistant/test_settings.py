"""Where a setting comes from, which source wins, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import platformdirs
import pytest

from assistant import SETTINGS, InvalidSettings, LanguageModel, Settings, bundled_corpus, resolve
from corpus import ReadingOptions
from index import DEFAULT_MODEL


@pytest.fixture
def own_file() -> Path:
    file = Path(platformdirs.user_config_dir("despatch")) / "despatch.toml"
    file.parent.mkdir(parents=True)
    return file


def test_without_any_word_the_defaults_hold():
    settings = resolve()
    assert settings.index == Path(platformdirs.user_data_dir("despatch")) / "index"
    assert settings.has_default_index
    assert (settings.corpus, settings.model, settings.host, settings.port) == (None, DEFAULT_MODEL, "127.0.0.1", 7860)


def test_the_table_has_a_row_for_each_field_and_no_other():
    assert [setting.name for setting in SETTINGS] == [field.name for field in dataclasses.fields(Settings)]


def test_a_flag_wins_over_the_environment_the_environment_over_the_file(tmp_path, own_file, monkeypatch):
    own_file.write_text('model = "from-file"\nhost = "file-host"\nport = 1\n')
    monkeypatch.setenv("DESPATCH_HOST", "variable-host")
    monkeypatch.setenv("DESPATCH_PORT", "2")
    settings = resolve(index=tmp_path / "index", port=3)
    assert (settings.model, settings.host, settings.port) == ("from-file", "variable-host", 3)


def test_an_empty_variable_counts_as_none(monkeypatch):
    monkeypatch.setenv("DESPATCH_MODEL", "")
    assert resolve().model == DEFAULT_MODEL


def test_port_0_is_a_choice_and_not_the_lack_of_one(monkeypatch):
    monkeypatch.setenv("DESPATCH_PORT", "0")
    assert resolve().port == 0


def test_the_file_beside_the_index_is_read_instead_of_the_users_own(tmp_path, own_file):
    own_file.write_text('model = "own"\nhost = "own-host"\n')
    (tmp_path / "despatch.toml").write_text('model = "beside"\n')
    settings = resolve(index=tmp_path / "index")
    assert (settings.model, settings.host) == ("beside", "127.0.0.1")


def test_the_users_own_file_may_name_the_index_and_a_file_beside_that_the_rest(tmp_path, own_file):
    own_file.write_text(f'index = "{tmp_path}/mine/index"\n')
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "despatch.toml").write_text("port = 9\n")
    settings = resolve()
    assert (settings.index, settings.port) == (tmp_path / "mine" / "index", 9)
    assert not settings.has_default_index


def test_the_file_beside_an_index_cannot_name_another_index(tmp_path):
    (tmp_path / "despatch.toml").write_text('index = "elsewhere"\n')
    with pytest.raises(InvalidSettings, match=r"despatch\.toml under index.*cannot name the index"):
        resolve(index=tmp_path / "index")


def test_one_file_may_be_both_the_users_own_and_beside_the_index(own_file):
    own_file.write_text('index = "index"\nport = 5\n')
    settings = resolve()
    assert (settings.index, settings.port) == (own_file.parent / "index", 5)


def test_a_relative_folder_in_a_file_starts_from_the_file(tmp_path):
    (tmp_path / "despatch.toml").write_text('corpus = "briefings"\n')
    assert resolve(index=tmp_path / "index").corpus == tmp_path / "briefings"


def test_a_relative_folder_elsewhere_starts_from_the_current_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DESPATCH_CORPUS", "briefings")
    settings = resolve(index="index")
    assert (settings.index, settings.corpus) == (tmp_path / "index", tmp_path / "briefings")


def test_a_tilde_means_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DESPATCH_CORPUS", "~/briefings")
    assert resolve().corpus == tmp_path / "briefings"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "despatch.toml").write_bytes(b"\xef\xbb\xbfport = 7\n")
    assert resolve(index=tmp_path / "index").port == 7


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "prot = 7900",
            "under prot .*no such setting; there are index, corpus, .*, follow_links, vectors",
        ),
        ('port = "7900"', "under port .*'7900' is not a whole number from 0 to 65535"),
        ("port = true", "under port .*True is not a whole number"),
        ("port = 65536", "under port .*65536 is not"),
        ("port = -1", "under port .*-1 is not"),
        ("model = 7", "under model .*7 is not a text"),
        ('host = ""', "under host .*'' is not a text"),
        ("corpus = ['a']", "under corpus .*is not the name of a folder"),
        ('corpus = "a\\u0000b"', "under corpus .*is not the name of a folder"),
        ('corpus = "~nobody-of-that-name/x"', "under corpus .*home folder .*unknown"),
        ("[model]\nname = 'x'", "under model .*is not a text"),
        ("llm_timeout = 0", "under llm_timeout .*0 is not a whole number from 1 to 3600"),
        ("llm_url = 'localhost:11434'", "under llm_url .*'localhost:11434' is no address of a server"),
        ("llm_url = 'http://me:secret@host'", "under llm_url .*a password or token .* into DESPATCH_LLM_KEY"),
        ("follow_links = 1", "under follow_links .*1 is not true or false"),
        ("vectors = 'localhost:8000'", "under vectors .*'localhost:8000' is no address of a server"),
        ("encodings = 'cp1251'", "under encodings .*'cp1251' does not give patterns their encodings"),
        ("[encodings]\nold = 1251", "under encodings .*does not give patterns their encodings"),
        ("[encodings]\nold = 'cp12511'", "under encodings .*there is no encoding 'cp12511'"),
        ("[encodings]\nold = 'base64'", "under encodings .*there is no encoding 'base64'"),
        ("port 7900", "it is not TOML"),
    ],
)
def test_a_file_that_cannot_be_followed_is_named_with_its_key(tmp_path, line, told):
    (tmp_path / "despatch.toml").write_text(line + "\n")
    with pytest.raises(InvalidSettings, match=rf"{tmp_path}/despatch\.toml.*{told}".replace("/", "/")):
        resolve(index=tmp_path / "index")


def test_a_file_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "despatch.toml").write_bytes(b'host = "\xff"\n')
    with pytest.raises(InvalidSettings, match="the file is not UTF-8"):
        resolve(index=tmp_path / "index")


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path):
    (tmp_path / "despatch.toml").mkdir()
    with pytest.raises(InvalidSettings, match=r"despatch\.toml cannot be read"):
        resolve(index=tmp_path / "index")


@pytest.mark.parametrize("text", ["seven", "70000", "-1", "1.5", "9" * 5000])
def test_a_variable_that_is_no_port_is_named(monkeypatch, text):
    monkeypatch.setenv("DESPATCH_PORT", text)
    with pytest.raises(InvalidSettings, match="DESPATCH_PORT"):
        resolve()


def test_a_flag_makes_a_broken_variable_harmless(monkeypatch):
    monkeypatch.setenv("DESPATCH_PORT", "seven")
    assert resolve(port=7).port == 7


def test_an_argument_that_is_no_port_is_refused():
    with pytest.raises(InvalidSettings, match="70000"):
        resolve(port=70000)


def test_settings_refuse_a_port_that_does_not_exist():
    with pytest.raises(ValueError, match="not at 65536"):
        Settings(index=Path("index"), corpus=None, model="m", precision="fp32", host="h", port=65536)


def test_the_bundled_corpus_is_a_folder_of_documents():
    assert (bundled_corpus() / "readout.md").is_file()


def test_the_file_holds_passwords_encodings_and_whether_links_are_followed(tmp_path):
    (tmp_path / "despatch.toml").write_text(
        "passwords = ['one', 'two words']\nfollow_links = true\n"
        "[encodings]\n'archive/**' = 'cp1251'\n'b.csv' = 'koi8-r'\n"
    )
    assert resolve(index=tmp_path / "index").reading == ReadingOptions(
        passwords=("one", "two words"), encodings=(("archive/**", "cp1251"), ("b.csv", "koi8-r")), follow_links=True
    )


def test_a_variable_holds_several_values_a_line_each(monkeypatch):
    monkeypatch.setenv("DESPATCH_PASSWORDS", "a=b, c:d\n two \n")
    monkeypatch.setenv("DESPATCH_ENCODINGS", "archive/** = cp1251\na=b.txt=koi8-r")
    monkeypatch.setenv("DESPATCH_FOLLOW_LINKS", "True")
    assert resolve().reading == ReadingOptions(
        passwords=("a=b, c:d", " two "), encodings=(("archive/**", "cp1251"), ("a=b.txt", "koi8-r")), follow_links=True
    )


def test_a_flag_follows_links_whatever_the_variable_says(monkeypatch):
    monkeypatch.setenv("DESPATCH_FOLLOW_LINKS", "0")
    assert not resolve().follow_links
    assert resolve(follow_links=True).follow_links


def test_a_password_is_shown_by_no_value(tmp_path):
    (tmp_path / "despatch.toml").write_text("passwords = ['hunter2']\n")
    settings = resolve(index=tmp_path / "index")
    assert settings.passwords == ("hunter2",)
    assert "hunter2" not in f"{settings!r} {settings.reading!r}"


@pytest.mark.parametrize("line", ['"hunter2"', '["hunter2", 7]', '["hunter2\\u0000"]', '{a = "hunter2"}'])
def test_a_password_that_cannot_be_read_is_not_told(tmp_path, line):
    (tmp_path / "despatch.toml").write_text(f"passwords = {line}\n")
    with pytest.raises(InvalidSettings, match="under passwords .*not a list of texts") as refused:
        resolve(index=tmp_path / "index")
    assert "hunter2" not in str(refused.value)


def test_vectors_lie_where_they_are_unless_a_folder_or_a_server_is_named(monkeypatch, tmp_path):
    assert resolve().vectors is None
    (tmp_path / "despatch.toml").write_text('vectors = "folder"\n')
    assert resolve(index=tmp_path / "index").vectors == ""
    monkeypatch.setenv("DESPATCH_VECTORS", "http://127.0.0.1:8000/")
    assert resolve(index=tmp_path / "index").vectors == "http://127.0.0.1:8000"
    assert resolve(index=tmp_path / "index", vectors="folder").vectors == ""


def test_a_password_in_the_address_of_a_server_is_refused_and_not_repeated(monkeypatch):
    monkeypatch.setenv("DESPATCH_VECTORS", "https://me:secret@[::1")
    with pytest.raises(InvalidSettings, match="DESPATCH_VECTORS_TOKEN") as refused:
        resolve()
    assert "secret" not in str(refused.value)


def test_a_language_model_is_an_endpoint_and_a_name(monkeypatch):
    assert resolve().language_model is None
    monkeypatch.setenv("DESPATCH_LLM_URL", "http://127.0.0.1:11434")
    assert resolve().language_model is None
    monkeypatch.setenv("DESPATCH_LLM", "small")
    monkeypatch.setenv("DESPATCH_LLM_TIMEOUT", "7")
    monkeypatch.setenv("DESPATCH_LLM_CONTEXT", "8192")
    assert resolve().language_model == LanguageModel("http://127.0.0.1:11434/v1", "small", 7, 8192)
    monkeypatch.setenv("DESPATCH_LLM_URL", "https://llm.example.org/openai/")
    assert resolve().language_model.url == "https://llm.example.org/openai"


def test_a_language_model_without_an_endpoint_is_named(monkeypatch):
    monkeypatch.setenv("DESPATCH_LLM", "small")
    with pytest.raises(InvalidSettings, match="llm_url names no endpoint"):
        _ = resolve().language_model


def test_how_strict_is_one_of_three_words(monkeypatch: pytest.MonkeyPatch):
    assert resolve().strictness is None
    monkeypatch.setenv("DESPATCH_STRICTNESS", "strict")
    assert (resolve().strictness, resolve(strictness="generous").strictness) == ("strict", "generous")
    monkeypatch.setenv("DESPATCH_STRICTNESS", "lenient")
    with pytest.raises(InvalidSettings, match="`generous`, `normal` or `strict`"):
        resolve()
