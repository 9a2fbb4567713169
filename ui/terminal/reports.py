"""The JSON objects that only the terminal writes: reports on an index; docs/command-line.md lists their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ui.shapes import Shape, moment, sync_counts, verified_shape

if TYPE_CHECKING:
    from assistant import (
        Comparison,
        DraftedQuestion,
        Evaluation,
        LanguageModel,
        NamedCorpus,
        VerifiedCitation,
    )
    from index import (
        Backup,
        Diagnosis,
        Failure,
        Forgotten,
        Status,
        SyncReport,
    )
    from ui.access import Entry


def status_shape(status: Status, model: LanguageModel | None) -> Shape:
    """What `status` writes: the state of an index, and which language model answers from it."""
    return {
        "corpus": status.corpus,
        "index": status.index,
        "model": status.model,
        "precision": status.precision,
        "revision": status.revision,
        "documents": status.documents,
        "passages": status.passages,
        "last_sync": moment(status.last_sync),
        "failures": _failures(status.failures),
        "warnings": [{"path": each.path, "warning": each.warning} for each in status.warnings],
        "llm": model and model.name,
        "llm_url": model and model.url,
        "sent_to": model.sent_to if model else "",
    }


def sync_shape(report: SyncReport) -> Shape:
    """What `sync` writes: its counts, and the files that could not be read."""
    return {
        "corpus": report.corpus,
        "index": report.index,
        **sync_counts(report),
        "documents": report.documents,
        "passages": report.passages,
        "embedded": report.embedded,
        "mended": report.mended,
        "seconds": report.seconds,
        "dry_run": report.dry_run,
        "failures": _failures(report.failures),
    }


def corpora_shape(corpora: Sequence[NamedCorpus]) -> Shape:
    """What `corpora` writes: each by its name."""
    return {
        "corpora": [
            {
                "name": each.name,
                "index": each.index,
                "corpus": each.folder,
                "documents": each.documents,
                "passages": each.passages,
                "last_sync": moment(each.last_sync),
                "problem": each.problem,
            }
            for each in corpora
        ]
    }


def models_shape(url: str, sent_to: str, chosen: str | None, offered: Sequence[str]) -> Shape:
    """What `models` writes: what an endpoint offers, which of it answers, and whether passages leave the machine."""
    return {"url": url, "sent_to": sent_to, "model": chosen, "models": list(offered)}


def diagnosis_shape(diagnosis: Diagnosis, sqlite: str) -> Shape:
    """What `doctor` writes: the SQLite in use, its findings, and whether nothing is left that is wrong."""
    return {
        "index": diagnosis.index,
        "sqlite": sqlite,
        "documents": diagnosis.documents,
        "passages": diagnosis.passages,
        "sound": diagnosis.sound,
        "findings": [asdict(finding) for finding in diagnosis.findings],
    }


def backup_shape(backup: Backup) -> Shape:
    """What `backup` and `restore` write."""
    return {
        "file": backup.file,
        "index": backup.index,
        "documents": backup.documents,
        "passages": backup.passages,
    }


def forgotten_shape(forgotten: Forgotten, answers: int) -> Shape:
    """What `forget` writes: what was erased, and whether the file would be read again.

    `answers` counts the answers of kept conversations that held something of it.
    """
    return {
        "index": forgotten.index,
        "documents": list(forgotten.documents),
        "passages": forgotten.passages,
        "path": forgotten.path,
        "still_there": forgotten.still_there,
        "answers": answers,
    }


def evaluation_shape(
    evaluation: Evaluation, minima: Mapping[str, float], comparison: Comparison | None, questions: Mapping[str, str]
) -> Shape:
    """What `eval` writes: what was measured, each measure with its minimum, and what differs from an earlier run.

    `questions` holds their texts by id.
    """
    measures = [{**asdict(figure), "minimum": minima.get(figure.measure)} for figure in evaluation.figures]
    return {
        "set": evaluation.name,
        "index": evaluation.index,
        "configuration": dict(evaluation.configuration),
        "degraded": list(evaluation.degraded),
        "passed": all(evaluation.figure(name).value >= least for name, least in minima.items()),
        "measures": measures,
        "curve": [asdict(point) for point in evaluation.curve],
        "against": None if comparison is None else _against(comparison, questions),
    }


def _against(comparison: Comparison, questions: Mapping[str, str]) -> Shape:
    return {
        "run": comparison.run,
        "configuration": dict(comparison.configuration),
        "questions": comparison.questions,
        "same_set": comparison.same_set,
        "differences": [
            {
                "measure": one.measure,
                "before": one.before,
                "after": one.after,
                "difference": one.value,
                "low": one.low,
                "high": one.high,
                "p": one.p,
            }
            for one in comparison.differences
        ],
        "changed": [
            {"id": one.question, "question": questions[one.question], "before": one.before, "after": one.after}
            for one in comparison.changed
        ],
    }


def verification_shape(verified: Sequence[VerifiedCitation]) -> Shape:
    """What `verify` writes: what became of each citation, and whether all still stand."""
    return {
        "sound": all(each.is_sound for each in verified),
        "citations": [verified_shape(each, each.citation.path) for each in verified],
    }


def draft_shape(file: Path, drafts: Sequence[DraftedQuestion]) -> Shape:
    """What `eval draft` writes: the file and how many questions it holds, about how many documents."""
    return {"file": str(file), "questions": len(drafts), "documents": len({draft.document for draft in drafts})}


def access_shape(kind: str, entries: Sequence[Entry]) -> Shape:
    """What `keys` and `users` write: the names, and nothing of the secrets."""
    return {f"{kind}s": [{"name": each.name, "added": each.added} for each in entries]}


def _failures(failures: Sequence[Failure]) -> list[Shape]:
    return [{"path": failure.path, "reason": failure.reason} for failure in failures]
