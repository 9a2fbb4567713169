"""The assistant's own sentences are in the language of who asks; what documents say stays as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import LANGUAGES, Assistant, InvalidQuestion
from assistant.declining import Declined
from assistant.recognising import language_of
from assistant.silence import Verdict
from assistant.wording import wording
from index import DEFAULT_MODEL, Analyzer, sync
from index.stop_words import STOP_WORDS
from tests.assistant.desks import desk_over
from tests.test_wording import wording_of

FILES = {
    "ferry.md": "# Ferry times\n\nDate: 2 May 2024\n\nThe ferry to Halvik leaves at seven in the morning. It carries "
    "early warning gear. Nobody may fish from the ferry at any time of the day.\n",
    "harbour.md": "# Harbour\n\nDate: 3 June 2023\n\nThe harbour of Halvik is nine metres deep. The master of the "
    "harbour lives in the lodge above it.\n",
    "leuchtturm.md": "# Der Leuchtturm\n\nDer Leuchtturm von Halvik steht auf der Mole und wurde vor langer Zeit aus "
    "Stein gebaut. Sein Licht ist in der Nacht weit zu sehen.\n",
    "phare.md": "# Le phare\n\nLe phare de Halvik se trouve sur la jetée et il a été construit en pierre il y a bien "
    "longtemps. Sa lumière se voit de très loin pendant la nuit.\n",
    "faro.md": "# El faro\n\nEl faro de Halvik está en el muelle y fue construido de piedra hace mucho tiempo. Su luz "
    "se ve desde muy lejos durante la noche.\n",
}
# of each language: a question that is not answered, and what is said to it first
DECLINED = {
    "de": ("Wer gewann das Fußballspiel in Madrid?", "Die Dokumente sagen dazu nichts."),
    "en": ("Who won the football match in Madrid?", "The documents don't say."),
    "es": ("¿Quién ganó el partido de fútbol en Madrid?", "Los documentos no lo dicen."),
    "fr": ("Qui a gagné le match de football à Madrid ?", "Les documents ne le disent pas."),
}
SAID = {language: said for language, (_, said) in DECLINED.items()}


@pytest.fixture(scope="module")
def halvik(tmp_path_factory: pytest.TempPathFactory):
    with desk_over(tmp_path_factory.mktemp("halvik"), FILES) as desk:
        yield desk


def test_a_question_is_declined_in_its_own_language_whoever_asks(halvik: Assistant):
    for language, (question, said) in DECLINED.items():
        for asker in (None, *LANGUAGES):
            answer = halvik.ask(question, language=asker)
            assert (answer.outcome, answer.text, answer.language) == ("declined", said, language)


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("de", "Kein Satz in den Dokumenten beantwortet das, und nirgends steht „Torquay“."),
        ("en", "No sentence in the documents answers this, and none mentions “Torquay”."),
        ("es", "Ninguna frase de los documentos responde a esto, y ninguna menciona «Torquay»."),
        ("fr", "Aucune phrase des documents ne répond à cette question, et aucune ne mentionne «\xa0Torquay\xa0»."),
    ],
)
def test_a_question_of_no_plain_language_is_declined_in_that_of_who_asks(halvik: Assistant, language, reason):
    answer = halvik.ask("Torquay?", language=language)
    assert (answer.text, answer.reason) == (SAID[language], reason)
    assert halvik.ask("Torquay?").text == SAID["en"]


@pytest.mark.parametrize(
    ("question", "sought"),
    [
        ("Wann begann das Fest auf der Insel?", "kein Datum und keine Zeit."),
        ("In welchem Jahr begann das Fest auf der Insel?", "kein Datum und keine Zeit."),
        ("Wie viele Gäste kamen zu dem Fest?", "keine Zahl."),
        ("Wer kam zu dem Fest?", "keinen Namen."),
        ("Wo war das Fest?", "keinen Ort."),
        ("Warum war das Fest?", "keinen Grund."),
        ("Was war das Fest?", "Kein Satz in den Dokumenten beantwortet das."),
        ("Quand a commencé la fête ?", "ni date ni heure à ce sujet."),
        ("Combien de personnes sont venues à la fête ?", "aucun chiffre à ce sujet."),
        ("Qui est venu à la fête ?", "aucun nom à ce sujet."),
        ("Où est la fête ?", "aucun lieu à ce sujet."),
        ("Pourquoi y a-t-il une fête ?", "aucune raison à ce sujet."),
        ("¿Cuándo empezó la fiesta de la isla?", "ninguna fecha ni hora al respecto."),
        ("¿Cuántas personas vinieron a la fiesta?", "ninguna cifra al respecto."),
        ("¿Quién vino a la fiesta?", "ningún nombre al respecto."),
        ("¿Dónde está la fiesta?", "ningún lugar al respecto."),
        ("¿Por qué hay una fiesta?", "ningún motivo al respecto."),
    ],
)
def test_what_was_looked_for_is_said_in_the_language_too(question, sought):
    language = language_of(question)
    assert language is not None
    declined = Declined(question, (), (), Analyzer((language,)))
    assert declined.because(Verdict(False, 0.1, 0.4, "sentence"), wording(language)).endswith(sought)


def test_a_question_in_a_language_that_no_document_has_is_told_so_in_it(tmp_path: Path):
    with desk_over(tmp_path, {"ferry.md": FILES["ferry.md"]}) as desk:
        told = {language: desk.ask(question).reason for language, (question, _) in DECLINED.items()}
        dutch = desk.ask("Wie is de directeur van het museum in de stad?", language="fr").reason
    assert told["de"] == "Die Frage ist offenbar auf Deutsch gestellt, aber kein Dokument ist in dieser Sprache."
    assert told["fr"] == "La question semble être en français, mais aucun document n’est dans cette langue."
    assert told["es"] == "La pregunta parece estar en español, pero ningún documento está en ese idioma."
    assert dutch == "La question semble être en néerlandais, mais aucun document n’est dans cette langue."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_that_a_question_may_seem_to_be_in_has_a_name(language):
    assert {f"languages.{each}" for each in STOP_WORDS} <= wording_of("assistant", language).texts.keys()


@pytest.mark.parametrize(
    ("message", "outcome", "said"),
    [
        ("Guten Tag!", "talk", "Guten Tag. Fragen Sie mich zu diesen Dokumenten;"),
        ("Bonjour, qui êtes-vous ?", "talk", "Je suis Despatch."),
        ("¡Hola!", "talk", "Hola. Pregúnteme sobre estos documentos;"),
        ("Was können Sie?", "talk", "Fragen Sie in Ihren eigenen Worten;"),
        ("Que pouvez-vous faire ?", "talk", "Posez votre question avec vos propres mots\xa0;"),
        ("¿Quién es usted?", "talk", "Soy Despatch."),
        ("Vielen Dank für Ihre Hilfe!", "talk", "Gern geschehen."),
        ("Merci beaucoup.", "talk", "Je vous en prie."),
        ("Muchas gracias", "talk", "De nada."),
        ("Auf Wiedersehen", "talk", "Auf Wiedersehen."),
        ("Fassen Sie es zusammen", "asked_back", "Was soll ich zusammenfassen?"),
        ("Résumez cela", "asked_back", "Que faut-il résumer\xa0?"),
        ("Resuma esto", "asked_back", "¿Qué quiere que resuma?"),
    ],
)
def test_talk_is_replied_to_in_its_language(halvik: Assistant, message, outcome, said):
    answer = halvik.ask(message, language="en")
    assert answer.outcome == outcome
    assert answer.text.startswith(said)


def test_what_several_languages_say_alike_is_replied_to_in_that_of_who_asks(halvik: Assistant):
    assert halvik.ask("Ok, super!", language="fr").text == "Je vous en prie."
    assert halvik.ask("Ok, super!").text == "You are welcome."
    assert "Hier gibt es 5 Dokumente, darunter „" in halvik.ask("Hi", language="de").text


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("Wie viele Dokumente gibt es?", "Es gibt 5 Dokumente."),
        ("Combien de documents avez-vous ?", "Il y a 5 documents."),
        ("¿Cuántos documentos hay?", "Hay 5 documentos."),
        ("Liste alle Dokumente seit 2024 auf", "1 von 5 Dokumenten passt; 3 haben kein Datum."),
        ("Listez tous les documents depuis mai 2024", "1 document sur 5 correspond\xa0; 3 n’ont pas de date."),
        ("Enumera los documentos desde mayo de 2024", "1 de los 5 documentos cumple lo pedido; 3 no tienen fecha."),
        ("Welche Dokumente erwähnen Halvik?", "Alle 5 Dokumente erwähnen „Halvik“, insgesamt 5-mal."),
        (
            "Dans quels documents Halvik est-il mentionné ?",
            "Les 5 documents mentionnent tous «\xa0Halvik\xa0», 5 fois en tout.",
        ),
        ("¿Qué documentos mencionan la piedra?", "1 de los 5 documentos menciona «piedra», una vez en total."),
        (
            "Welches Dokument ist das neueste?",
            "Das ist das neueste der 5 Dokumente, nach ihrem Datum; 3 haben kein Datum.",
        ),
        (
            "Quels sont les deux documents les plus anciens ?",
            "Voici les 2 plus anciens des 5 documents, d’après leur date\xa0; 3 n’ont pas de date.",
        ),
        (
            "¿Cuál es el documento más antiguo?",
            "Este es el más antiguo de los 5 documentos, según su fecha; 3 no tienen fecha.",
        ),
        ("Fasse das Dokument Harbour zusammen", "Aus „Harbour“, 2 Sätze im Wortlaut."),
        ("Pouvez-vous résumer harbour.md ?", "«\xa0Harbour\xa0», 2 de ses phrases, mot pour mot."),
        ("Hágame un resumen del documento Harbour", "De «Harbour», 2 de sus frases, palabra por palabra."),
        ("Vergleichen Sie bitte Harbour mit „Ferry times“", "„Harbour“ und „Ferry times“ nebeneinander."),
        ("Comparez ferry.md et harbour.md", "«\xa0Ferry times\xa0» et «\xa0Harbour\xa0», côte à côte."),
        ("¿Puede comparar harbour.md con ferry.md?", "«Harbour» y «Ferry times», uno junto al otro."),
    ],
)
def test_what_is_counted_listed_or_summed_up_is_told_in_the_language_of_the_question(halvik: Assistant, question, note):
    answer = halvik.ask(question, language="en")
    assert (answer.outcome, answer.note) == ("answered", note)
    for citation in answer.citations:
        assert halvik.document(citation.document_id).text[citation.span.start : citation.span.end] == citation.quote


@pytest.mark.parametrize(
    "question",
    ["Was sagt harbour.md zum Halvik?", "Que dit harbour.md sur Halvik ?", "¿Qué dice harbour.md sobre Halvik?"],
)
def test_what_one_document_says_is_searched_in_it_alone_in_each_language(halvik: Assistant, question: str):
    assert halvik.ask(question).searched == 1


@pytest.mark.parametrize(
    ("question", "language"),
    [("Welches Dokument sagt das?", "de"), ("Quel document le dit ?", "fr"), ("¿Qué documento lo dice?", "es")],
)
def test_which_document_says_so_asks_the_question_before_again(halvik: Assistant, question: str, language: str):
    deep = "How deep is the harbour of Halvik?"
    before = [{"role": "user", "text": deep}, {"role": "assistant", "text": halvik.ask(deep).text}]
    answer = halvik.ask(question, history=before)
    assert [citation.document_id for citation in answer.citations] == ["harbour.md"]
    assert answer.language == language


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("Nennen Sie alle Leuchttürme von Halvik auf der Mole", "Gelesen wurden nur die nächstliegenden Textstellen,"),
        ("Citez tous les phares de Halvik sur la jetée", "Seuls les passages les plus proches ont été lus,"),
        ("Enumera todos los faros de Halvik en el muelle", "Solo se leyeron los pasajes más cercanos,"),
    ],
)
def test_who_asks_for_all_is_told_in_the_language_that_only_passages_were_read(halvik: Assistant, question, note):
    assert halvik.ask(question).note.startswith(note)


def test_a_document_is_named_with_its_date_as_the_language_writes_it(halvik: Assistant):
    labels = {
        language: [statement.text for statement in halvik.ask(question).statements]
        for language, question in (("de", "Liste alle Dokumente auf"), ("es", "Enumera todos los documentos"))
    }
    assert "Ferry times, 2. Mai 2024" in labels["de"]
    assert "Ferry times, 2 de mayo de 2024" in labels["es"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Welche Dokumente erwähnen Einhörner?", "Keines der 5 Dokumente erwähnt „Einhörner“."),
        ("Y a-t-il des documents sur les licornes ?", "Aucun des 5 documents ne mentionne «\xa0licornes\xa0»."),
        ("¿En qué documentos se menciona un unicornio?", "Ninguno de los 5 documentos menciona «unicornio»."),
    ],
)
def test_that_no_document_mentions_it_is_told_in_the_language_of_the_question(halvik: Assistant, question, reason):
    answer = halvik.ask(question)
    assert (answer.outcome, answer.text, answer.reason) == ("declined", SAID[answer.language], reason)
    assert answer.language != "en"


def test_what_the_owner_wrote_is_said_in_every_language(halvik: Assistant, tmp_path: Path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "ferry.md").write_text(FILES["ferry.md"], encoding="utf-8")
    sync(tmp_path / "corpus", tmp_path / "index", model=DEFAULT_MODEL)
    with Assistant.open(tmp_path / "index") as opened:
        desk = Assistant(opened.index, declined="Not in our papers; ask Ms Berg.")
        assert {desk.ask(question).text for question, _ in DECLINED.values()} == {"Not in our papers; ask Ms Berg."}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_an_answer_that_says_nothing_carries_nothing_on_in_any_language(halvik: Assistant, said: str):
    before = [{"role": "user", "text": "How deep is the harbour?"}, {"role": "assistant", "text": said}]
    assert halvik.retrieve("And the ferry?", history=before) == halvik.retrieve("And the ferry?", history=before[:1])


@pytest.mark.parametrize(
    ("asked_back", "choice"),
    [
        ("Was davon meinen Sie?", "das zweite"),
        ("Lequel voulez-vous dire\xa0?", "le deuxième"),
        ("¿A cuál de estos se refiere?", "el segundo"),
        ("Lequel voulez-vous dire\xa0?", "la dernière"),
    ],
)
def test_a_choice_is_understood_in_the_language_that_it_was_offered_in(halvik: Assistant, asked_back, choice):
    offered = f"{asked_back}\n1. Ferry times\n2. Harbour"
    history = [{"role": "user", "text": "How deep is it?"}, {"role": "assistant", "text": offered}]
    answer = halvik.ask(choice, history=history)
    assert [citation.document_id for citation in answer.citations] == ["harbour.md"]


def test_a_language_that_the_assistant_does_not_speak_is_refused_in_one_sentence(halvik: Assistant):
    with pytest.raises(InvalidQuestion, match=r"is asked in the language 'it'; name one of de, en, es, fr\."):
        halvik.ask("Hello", language="it")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wann endete der Dialog?", "de"),
        ("Qu’est-ce que c’est ?", "fr"),
        ("Où se trouve le phare de l’île ?", "fr"),
        ("¿Cuándo terminó el diálogo?", "es"),
        ("When did the dialogue end?", "en"),
        ("Die Hard", None),
        ("AUKUS", None),
        ("Warum?", None),
        ("Quem é o diretor do porto?", None),
        ("Wie is de directeur van de haven?", None),
        ("Qual è la città più grande?", None),
    ],
)
def test_the_language_of_a_question_is_told_only_where_it_is_plain(question, language):
    assert language_of(question) == language


def test_no_english_question_of_the_tests_seems_to_be_in_another_language():
    lines = (Path(__file__).parents[1] / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert {language_of(json.loads(line)["text"]) for line in lines} <= {"en", None}


def test_the_language_of_short_questions_in_nine_languages_is_told_where_the_assistant_speaks_it():
    lines = (Path(__file__).parents[1] / "index" / "spoken.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [(one["language"], language_of(one["question"])) for one in map(json.loads, lines)]
    assert len(asked) == 72
    assert all(told == (language if language in LANGUAGES else None) for language, told in asked)
