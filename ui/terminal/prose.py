"""What the terminal tells people: answers, passages, reports and the state of an index as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ui.shapes import PathOf, moment
from ui.terminal.characters import one_line
from ui.wording import ENGLISH

if TYPE_CHECKING:
    from assistant import (
        Answer,
        Citation,
        Comparison,
        DraftedQuestion,
        Evaluation,
        KeptConversation,
        KeptExchange,
        LanguageModel,
        NamedCorpus,
        Statement,
        VerifiedCitation,
    )
    from index import (
        Backup,
        Diagnosis,
        Explanation,
        Failure,
        Finding,
        Forgotten,
        Found,
        Hit,
        Reference,
        Reranking,
        Status,
        SyncReport,
    )
    from ui.access import Entry

_INDENT = "    "
_ALSO_NAMED = 3  # documents that say the same; the others are counted
_NONE_NEAR = "No passage comes near."
_SUPPORT = {"supported": "", "partial": " (only partly supported", "unsupported": " (not supported"}


def answer_text(answer: Answer, path_of: PathOf) -> str:
    """An answer and its sources; or that the documents do not say, why, and the nearest passages; or a talk's reply."""
    timed = bool(answer.time)
    if not answer.abstained:
        said = "\n".join(_statement(statement) for statement in answer.statements)
        sources = "\n".join(_source(citation, path_of, timed=timed) for citation in answer.citations)
        by = f"Written by {one_line(answer.model)}, each sentence checked against its sources." if answer.model else ""
        left_out = ENGLISH("answer.left_out", n=answer.removed) if answer.removed else ""
        written = " ".join(filter(None, (by, left_out)))
        return _paragraphs(answer.note, said, f"Sources\n{sources}", written, answer.time, answer.spelling)
    declined = f"{answer.text} {answer.reason}".rstrip()
    nearest = "\n\n".join(_hit(hit, path_of, timed=timed) for hit in answer.nearest)
    return _paragraphs(
        declined, nearest and f"Nearest passages, which do not answer:\n{nearest}", answer.time, answer.spelling
    )


def found_text(found: Found, path_of: PathOf) -> str:
    """Passages, best first, each under its title, page, date and path, or that there are none."""
    passages = (_hit(hit, path_of, timed=bool(found.time)) for hit in found.hits)
    return _paragraphs(*passages, "" if found.hits else _NONE_NEAR, found.time, found.spelling)


def explanation_text(explanation: Explanation, path_of: PathOf) -> str:
    """The same, with why each passage was found, and below them what the filter kept out."""
    found = explanation.found
    passages = (f"{_hit(hit, path_of, timed=bool(found.time))}\n{_INDENT}{_why(hit)}" for hit in found.hits)
    none = "" if found.hits else _NONE_NEAR
    return _paragraphs(
        *passages, none, found.time, found.spelling, _reranking_text(found.reranking), _kept_out_text(explanation)
    )


def _reranking_text(cost: Reranking | None) -> str:
    if cost is None:
        return ""
    return f"{_counted(cost.passages, 'passage')} read again by {one_line(cost.model)} in {cost.seconds:.2f} s."


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs))


def _hit(hit: Hit, path_of: PathOf, *, timed: bool) -> str:
    named = _named(hit.title, hit.page, hit.date, timed=timed)
    text = textwrap.indent(hit.text.strip(), _INDENT)
    also = _also_in(hit.also_in, path_of)
    return f"{hit.rank}. {named}\n{_INDENT}{one_line(path_of(hit.document_id))}\n{text}{also}"


def _also_in(references: Sequence[Reference], path_of: PathOf) -> str:
    """Where else the same is said, on a line of its own; each document once."""
    documents = list({each.document_id: each for each in references}.values())
    if not documents:
        return ""
    named = [f"{_named(each.title, None, each.date)} ({one_line(path_of(each.document_id))})" for each in documents]
    more = [f"{len(named) - _ALSO_NAMED} more"] if len(named) > _ALSO_NAMED else []
    return f"\n{_INDENT}Also in: {'; '.join((*named[:_ALSO_NAMED], *more))}"


def _why(hit: Hit) -> str:
    meaning = f"meaning: rank {hit.vector_rank}, {hit.similarity:.3f}" if hit.vector_rank else "meaning: not near"
    words = f"words: rank {hit.word_rank}, {hit.word_score:.3f}" if hit.word_rank else "words: not near"
    matched = ", ".join(dict.fromkeys(one_line(each.word) for each in hit.matches)) or "none"
    again = "" if hit.rerank_score is None else f"; read again: {hit.rerank_score:.3f}"
    return f"[{hit.score:.3f}; {meaning}; {words}{again}; in the text: {matched}]"


def _kept_out_text(explanation: Explanation) -> str:
    found, kept_out = explanation.found, explanation.kept_out
    if not found.excluded:
        return ""
    first = f"The filter kept out {found.excluded} of {_counted(found.searched + found.excluded, 'document')}"
    if not kept_out:
        return f"{first}, none of which comes near."
    lines = (
        f"{_INDENT}{_named(each.hit.title, each.hit.page, each.hit.date)} ({one_line(each.hit.document_id)}), "
        f"rank {each.hit.rank} without the filter, fails: {one_line(each.failed)}"
        for each in kept_out
    )
    return "\n".join((f"{first}. Of these would have been found:", *lines))


def report_text(report: SyncReport) -> str:
    """What a sync did in one line, and a line for each file that it could not read."""
    counts = (
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.renamed)} renamed, "
        f"{len(report.removed)} removed, "
        f"{report.unchanged} unchanged, {len(report.failures)} failed"
    )
    files = _counted(report.files, "file")
    if report.dry_run:
        first = f"Would read {files}: {counts}. Nothing was written."
    else:
        first = f"Read {files}: {counts}. {_counted(report.passages, 'passage')}."
    mended = [f"The vector store was made anew: {one_line(report.mended)}."] if report.mended else []
    return "\n".join((first, *mended, *_failure_lines(report.failures)))


def status_text(status: Status, model: LanguageModel | None) -> str:
    """The state of an index, a line a fact, and a line for each file that could not be read."""
    facts = {
        "Corpus": status.corpus,
        "Index": status.index,
        "Model": f"{status.model}, {status.precision}, revision {status.revision[:8]}",
        "Documents": str(status.documents),
        "Passages": str(status.passages),
        "Last sync": moment(status.last_sync) or "never",
        "Answers by": f"{model.name} at {model.url}{_leaving(model.sent_to)}" if model else "the documents' own words",
        "Failures": str(len(status.failures)),
        "Warnings": str(len(status.warnings)),
    }
    width = max(len(name) for name in facts)
    lines = (f"{name:<{width}}  {one_line(value)}" for name, value in facts.items())
    doubts = (f"    {one_line(each.path)}: {one_line(each.warning)}" for each in status.warnings)
    return "\n".join((*lines, *_failure_lines(status.failures), *doubts))


def corpora_text(corpora: Sequence[NamedCorpus]) -> str:
    """A line a corpus: its name, how much it holds, its folder; how to make one where there is none."""
    if not corpora:
        return "No corpus has a name yet; make one: `despatch sync FOLDER --name NAME`."
    width = max(len(each.name) for each in corpora)
    return "\n".join(
        f"{each.name:<{width}}  " + one_line(each.problem or f"{_counted(each.documents, 'document')}, {each.folder}")
        for each in corpora
    )


def models_text(url: str, sent_to: str, chosen: str | None, offered: Sequence[str]) -> str:
    """A line a model that an endpoint offers, and which of them answers."""
    if chosen is None:
        answering = "None of them answers; name one with the setting `llm`."
    else:
        answering = f"{one_line(chosen)} answers" + ("." if chosen in offered else ", though it is not among them.")
    listed = (f"{_INDENT}{one_line(name)}" for name in offered)
    return "\n".join((f"{_counted(len(offered), 'model')} at {url}{_leaving(sent_to)}", *listed, answering))


def _leaving(host: str) -> str:
    return f"; passages are sent to {host}" if host else ""


def conversations_text(conversations: Sequence[KeptConversation]) -> str:
    """A line a conversation: its id, when its last question was put, how many there are, its title."""
    if not conversations:
        return "No conversations are kept."
    return "\n".join(
        f"{each.id}  {moment(each.asked)}  {_counted(each.exchanges, 'question'):>12}  "
        f"{f'{one_line(each.user)}: ' if each.user else ''}{one_line(each.title)}"
        for each in conversations
    )


def exchanges_text(title: str, exchanges: Sequence[KeptExchange]) -> str:
    """A conversation: each question, when it was put, what was answered, and what a reader thought of that."""
    return "\n\n".join((one_line(title), *(_exchange(each) for each in exchanges)))


def _exchange(exchange: KeptExchange) -> str:
    judged = {True: ["Helpful."], False: ["Not helpful."], None: []}[exchange.helpful]
    said = str(exchange.answer["text"]) if exchange.answer else ""
    ended = [] if exchange.ending == "done" and said else [f"({exchange.ending}) {exchange.error}".strip()]
    facts = (said, *ended, " ".join([*judged, exchange.comment]).strip())
    first = f"{moment(exchange.asked)}  {one_line(exchange.question)}"
    return "\n".join([first, *(f"{_INDENT}{line}" for fact in facts for line in fact.splitlines() if line)])


def verification_text(verified: Sequence[VerifiedCitation]) -> str:
    """What became of each citation, a line each, and what stands in the place of those that changed."""
    if not verified:
        return "There are no citations to check."
    sound = sum(each.is_sound for each in verified)
    told = f"{sound} of {_counted(len(verified), 'citation')} still {'stands' if sound == 1 else 'stand'}."
    return "\n".join((*(_verified(each) for each in verified), told))


def _verified(each: VerifiedCitation) -> str:
    cited = each.citation
    line = f"[{cited.number}] {one_line(cited.document_id)}: {each.state}"
    if each.state == "moved" and each.span is not None:
        line += f", from {cited.span.start} to {each.span.start}"
    if each.state == "unchanged" and not each.same_file:
        line += ", though the file is another"
    if each.reason:
        line += f" ({one_line(each.reason)})"
    if each.state != "changed":
        return line
    now = one_line(each.says) if each.says else "nothing like it"
    return f"{line}\n{_INDENT}cited: {one_line(cited.quote)}\n{_INDENT}now: {now}"


def diagnosis_text(diagnosis: Diagnosis, sqlite: str) -> str:
    """The SQLite in use, what was looked at, then a line for each finding with the command that resolves it."""
    looked = f"{_counted(diagnosis.documents, 'document')}, {_counted(diagnosis.passages, 'passage')}"
    suffices = f"SQLite {sqlite}, which suffices."
    if not diagnosis.findings:
        return f"{suffices}\n{looked}: nothing is wrong."
    return "\n".join((suffices, f"{looked}.", *(_finding(finding) for finding in diagnosis.findings)))


def _finding(finding: Finding) -> str:
    remedy = f" Resolve it: `{finding.remedy}`." if finding.remedy and finding.state != "mended" else ""
    return f"{_INDENT}{finding.state}: {one_line(finding.sentence)}{remedy}"


def backup_text(backup: Backup, done: str) -> str:
    """What was copied or restored."""
    counts = f"{_counted(backup.documents, 'document')}, {_counted(backup.passages, 'passage')}"
    ways = (backup.index, backup.file) if done == "Copied" else (backup.file, backup.index)
    return f"{done} {one_line(ways[0])} to {one_line(ways[1])}: {counts}."


def forgotten_text(forgotten: Forgotten, answers: int) -> str:
    """What was erased, and what to do where the next sync would read the file again."""
    documents, passages = _counted(len(forgotten.documents), "document"), _counted(forgotten.passages, "passage")
    erased = f"Erased {documents}, {passages}{f', and what {answers} kept answers held of it' if answers else ''}."
    if not forgotten.still_there:
        return erased
    remedy = "delete it, or name it in `.despatchignore`, or the next sync reads it again."
    return f"{erased}\n{one_line(forgotten.path)} is still there: {remedy}"


def evaluation_text(evaluation: Evaluation) -> str:
    """What was measured on in one line, then a table: a line a measure, with its interval of 95 %; then the curve."""
    width = _measure_width(figure.measure for figure in evaluation.figures)
    rows = (
        f"{figure.measure:<{width}}  {figure.value:.3f}  {figure.low:.3f} to {figure.high:.3f}  {figure.questions:>9}"
        for figure in evaluation.figures
    )
    head = f"{one_line(evaluation.name)}: {_configured(evaluation.configuration)}."
    table = (head, f"{'measure':<{width}}   mean            95 %  questions", *rows)
    if not evaluation.curve:
        return "\n".join(table)
    points = (f"{one.answered:>8.3f}  {one.right:.3f}  {one.probability:>11.3f}" for one in evaluation.curve)
    return "\n".join((*table, "", "Were only the surest answers given:", "answered  right  probability", *points))


def comparison_text(comparison: Comparison, questions: Mapping[str, str]) -> str:
    """What differs from an earlier run, a line a measure, and the questions that changed most."""
    width = _measure_width(one.measure for one in comparison.differences)
    rows = (
        f"{one.measure:<{width}}   {one.before:.3f}  {one.after:.3f}      {one.value:+.3f}  "
        f"{one.low:+.3f} to {one.high:+.3f}  {one.p:.4f}"
        for one in comparison.differences
    )
    common = _counted(comparison.questions, "question")
    head = f"Against {one_line(comparison.run)}, {_configured(comparison.configuration)}: {common} in common."
    table = (head, f"{'measure':<{width}}  before  after  difference              95 %       p", *rows)
    if not comparison.changed:
        return "\n".join((*table, f"No question changed its {comparison.differences[0].measure}."))
    changed = (
        f"{_INDENT}{one.before:.3f} to {one.after:.3f}  {one_line(questions[one.question])}"
        for one in comparison.changed
    )
    return "\n".join((*table, f"Changed most, by {comparison.differences[0].measure}:", *changed))


def access_text(kind: str, entries: Sequence[Entry]) -> str:
    """The names of keys or users, a line each."""
    if not entries:
        return f"There are no {kind}s; `despatch {kind}s add NAME` adds one."
    return "\n".join(f"{one_line(each.name)}, added {each.added}" for each in entries)


def draft_text(file: Path, drafts: Sequence[DraftedQuestion]) -> str:
    """What was drafted, and that it is not a set yet."""
    documents = _counted(len({draft.document for draft in drafts}), "document")
    return (
        f"Drafted {_counted(len(drafts), 'question')} about {documents}: {one_line(str(file))}\n"
        "They are drafts, made by rules from single sentences and headings. Put them as somebody would who has not\n"
        "read the documents, correct the answers, delete what nobody asks, add what no document answers; then measure."
    )


def _configured(configuration: Mapping[str, str]) -> str:
    known = (configuration.get(name, "unknown") for name in ("documents", "model", "precision", "despatch"))
    reread = f", reread by {configuration['rerank']}" if configuration.get("rerank") else ""
    worded = f", worded by {configuration['llm']}" if configuration.get("llm") else ""
    return one_line("{} documents, {}, {}, Despatch {}".format(*known) + reread + worded)


def _measure_width(measures: Iterable[str]) -> int:
    return max(map(len, ("measure", *measures)))


def _statement(statement: Statement) -> str:
    marks = "".join(f"[{number}]" for number in statement.citations)
    doubt = _SUPPORT[statement.support]
    return f"{statement.text} {marks}".rstrip() + (f"{doubt}: {statement.support_reason})" if doubt else "")


def _source(citation: Citation, path_of: PathOf, *, timed: bool) -> str:
    named = _named(citation.title, citation.page, citation.date, timed=timed)
    doubt = " (read from a picture by OCR)" if citation.is_ocr else ""
    also = _also_in(citation.also_in, path_of)
    corpus = f" ({citation.corpus})" if citation.corpus else ""
    return f"[{citation.number}] {named}{corpus}{doubt}\n{_INDENT}{one_line(path_of(citation.document_id))}{also}"


def _named(title: str, page: str | None, day: date | None, *, timed: bool = False) -> str:
    """A document and where in it; where the question asked for a time, also that it has no date."""
    undated = "no date" if timed else ""
    parts = (title, f"page {page}" if page else "", f"{day.day} {day:%B %Y}" if day else undated)
    return one_line(", ".join(part for part in parts if part))


def _failure_lines(failures: Sequence[Failure]) -> list[str]:
    return [f"{_INDENT}{one_line(failure.path)}: {one_line(failure.reason)}" for failure in failures]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
