"""`despatch eval`: how well the right documents are found, measured on a set of judged questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import ANSWER_MEASURES, UnknownMeasure, UnreadableSet, UnusableRun, measure_named
from ui.terminal.options import index_option, json_option, open_assistant, rerank_option
from ui.terminal.output import complain, say, write_json
from ui.terminal.progress import ProgressLine
from ui.terminal.prose import comparison_text, evaluation_text
from ui.terminal.reports import evaluation_shape

if TYPE_CHECKING:
    from assistant import Assistant, Comparison, Evaluation, JudgedSet

BELOW_A_MINIMUM, UNUSABLE = 1, 2
_MINIMUM = re.compile(r"([^=]+)=([01](?:\.[0-9]{0,9})?|\.[0-9]{1,9})")


def _minima(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> Mapping[str, float]:
    found = {}
    for text in given:
        parts = _MINIMUM.fullmatch(text)
        if parts is None or float(parts[2]) > 1:
            raise click.BadParameter(f"{text!r} is no measure with a number from 0 to 1, such as ndcg@10=.8")
        name = parts[1].strip().lower()
        try:
            found[name if name in ANSWER_MEASURES else str(measure_named(name))] = float(parts[2])
        except UnknownMeasure as error:
            raise click.BadParameter(str(error).rstrip(".")) from error
    return found


@click.command("eval")
@click.argument("place", metavar="SET", type=click.Path(path_type=Path))
@click.option(
    "--min",
    "minima",
    multiple=True,
    callback=_minima,
    metavar="MEASURE=VALUE",
    help="Fail where a measure is lower, for example ndcg@10=.8; may be given several times.",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where the set's own documents and their index are kept (default: the per-user cache).",
)
@click.option("--answers", is_flag=True, help="Measure the answers, too, which takes longer.")
@click.option(
    "--save", "saved", type=click.Path(path_type=Path), metavar="FILE", help="Keep each question's scores in a file."
)
@click.option("--against", type=click.Path(path_type=Path), metavar="FILE", help="Compare with a run that --save kept.")
@rerank_option
@index_option
@json_option
@click.pass_context
def command(  # noqa: PLR0913  each keyword is one option
    context: click.Context,
    place: Path,
    *,
    minima: Mapping[str, float],
    answers: bool,
    work: Path | None,
    saved: Path | None,
    against: Path | None,
    rerank: str | None,
    index: Path | None,
    as_json: bool,
) -> None:
    """Measure how well documents are found, and questions answered, on the judged questions of SET.

    SET is a folder with queries.jsonl, qrels.tsv and, if it brings its documents, corpus.jsonl; or a
    .csv file of question,document,answer about the documents of your index.
    """
    from assistant import compare, evaluate, read_run, read_set, save_run  # noqa: PLC0415 - numpy loads

    of_answers = [name for name in minima if name in ANSWER_MEASURES]
    if of_answers and not answers:
        raise click.UsageError(f"A minimum of {of_answers[0]} needs --answers")
    try:
        before = None if against is None else read_run(against)
        judged = read_set(place)
        desk, names = _opened(judged, work, index, rerank=rerank, as_json=as_json)
        with ProgressLine(only_on_terminal=True) as progress:
            besides = [measure_named(name) for name in minima if name not in ANSWER_MEASURES]
            evaluation = evaluate(desk, judged, names, besides=besides, answers=answers, told=progress.asking)
        low = [name for name, least in minima.items() if evaluation.figure(name).value < least]
        comparison = None if before is None else compare(before, evaluation, judged)
    except (UnreadableSet, UnusableRun) as error:
        complain(str(error))
        context.exit(UNUSABLE)
    if saved is not None:
        save_run(saved, evaluation, judged)
    _tell(evaluation, minima, comparison, {question.id: question.text for question in judged.questions}, as_json)
    for name in low:
        complain(f"{name} is {evaluation.figure(name).value:.4f}, below its minimum of {minima[name]:g}.")
    if low:
        context.exit(BELOW_A_MINIMUM)


def _tell(
    evaluation: Evaluation,
    minima: Mapping[str, float],
    comparison: Comparison | None,
    questions: Mapping[str, str],
    as_json: bool,
) -> None:
    if as_json:
        write_json(evaluation_shape(evaluation, minima, comparison, questions))
    else:
        say(evaluation_text(evaluation))
    if comparison is not None and not as_json:
        say(f"\n{comparison_text(comparison, questions)}")
    for sentence in evaluation.degraded:
        complain(sentence)
    if comparison is not None and not comparison.same_set:
        complain(
            f"The set is not the one that {comparison.run} was measured on; part of the difference may be the set's."
        )


def _opened(
    judged: JudgedSet, work: Path | None, index: Path | None, *, rerank: str | None, as_json: bool
) -> tuple[Assistant, Mapping[str, str]]:
    """The assistant over the index that a set is measured on, and how the set calls its documents."""
    from assistant import documents_named, keep_set  # noqa: PLC0415 - as above

    if judged.documents is None:
        if work is not None:
            raise click.UsageError("--work keeps the documents of a set, and this set has none of its own")
        desk = open_assistant(index, rerank=rerank)
        return desk, documents_named(judged, desk)
    if index is not None:
        raise click.UsageError("The set brings its own documents; leave out --index and --name")
    with ProgressLine(only_on_terminal=as_json) as progress:
        kept = keep_set(judged, work, progress=progress)
    if kept.failures:
        first = kept.failures[0]
        complain(
            f"{len(kept.failures)} of the set's documents cannot be read, the first {kept.names[first.path]!r}: "
            f"{first.reason}"
        )
    return open_assistant(kept.index, rerank=rerank), kept.names
