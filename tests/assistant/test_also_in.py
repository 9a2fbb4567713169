from __future__ import annotations

from pathlib import Path

from assistant import Assistant
from index import DEFAULT_MODEL, sync

FERRY = (
    "The ferry to Norholm leaves the northern pier at seven in the morning. Its captain rings the bell twice. "
    "A ticket costs four crowns, children under six travel without one, and dogs stay on the open deck in any weather. "
    "The crossing takes two hours where the sea is calm, and three in the autumn storms."
)
OTHER = {"ferry.md": "copy.md", "copy.md": "ferry.md"}


def test_a_citation_names_the_other_documents_that_hold_its_quote(tmp_path: Path):
    """The copy differs in one small word: what is quoted with that word stands in the original alone."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "ferry.md").write_text(FERRY)
    (corpus / "copy.md").write_text(FERRY.replace("rings the bell twice", "sounds the bell twice"))
    sync(corpus, tmp_path / "index", model=DEFAULT_MODEL)
    with Assistant.open(tmp_path / "index") as desk:
        (hit,) = desk.retrieve("When does the ferry to Norholm leave?")
        other = OTHER[hit.document_id]
        assert [one.document_id for one in hit.also_in] == [other]
        answer = desk.ask("When does the ferry to Norholm leave?")
        by_quote = {citation.quote: citation for citation in answer.citations}
        (leaving,) = [citation for quote, citation in by_quote.items() if "leaves the northern pier" in quote]
        text = desk.document(other).text
        assert (leaving.quote in text) is ([one.document_id for one in leaving.also_in] == [other])
        bell = desk.ask("How often does the captain of the ferry to Norholm ring or sound the bell?")
        (ringing,) = [citation for citation in bell.citations if "bell" in citation.quote]
        assert ringing.quote not in desk.document(OTHER[ringing.document_id]).text
        assert ringing.also_in == ()
        for citation in answer.citations:
            for one in citation.also_in:
                assert one.span.of(desk.document(one.document_id).text).count(citation.quote) == 1
