"""The page: where things stand on it and what happens when someone asks. Imports gradio, so it is imported late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant import LanguageModel, new_id
from corpus import DespatchError
from ui.chat import keeping, opening, render, talking
from ui.chat.choices import Answers, chosen
from ui.chat.keepers import Keepers
from ui.chat.keeping import Keeper
from ui.chat.render import escape
from ui.chat.theme import despatch_theme
from ui.wording import later

HEAD = '<link rel="stylesheet" href="ui/desk.css"><script src="ui/desk.js" defer></script>'
QUESTION_CHARACTERS = 2_000
FILTER_CHARACTERS = 4_000  # what a filter may have
ASKED_AT_ONCE = 24  # answers under way, a thread each: most of them show what was found, and wait to be read
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build(keepers: Keepers, openings: opening.Openings) -> gr.Blocks:
    """The chat over one index or several.

    Args:
        keepers: have what answers the questions, and keep the answers.
        openings: the first screens.

    Raises:
        DespatchError: the index cannot be read.
    """
    # the page as it is sent is the same for all; what one may read comes when it is known who opens it
    sole, access = keepers.corpora.sole, keepers.corpora.access
    noted = keepers.corpora.records.are_kept
    # of all of them: a corpus that cannot be read is told before the server is open
    screens = {desk: openings.known(desk) for desk in keepers.corpora.desks.values()}
    first = None if sole is None else screens[sole]
    with gr.Blocks(title="Despatch", analytics_enabled=False) as page:
        with gr.Row(elem_id="masthead"):
            gr.Markdown("# Despatch", elem_id="brand")
            scope = gr.Markdown("" if first is None else first.scope(later), elem_id="scope")
            if access is not None and access.page_is_closed:
                gr.Markdown(f"[{later('page.sign_out')}](sign-in)", elem_id="way-out")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="rail"):
                gr.Markdown("")  # the script's list stands here; Gradio draws no empty column
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="first") as first_screen:
                    welcome = gr.Markdown("" if first is None else first.welcome(later), elem_id="welcome")
                    examples = _examples(() if first is None else first.examples)
                    gr.Markdown(opening.legend(later), elem_id="legend")
                messages = _messages()
                with gr.Column(elem_id="composer"):
                    question = _question()
                    where = _where()
                    under = gr.Markdown(
                        "" if sole is None else _how(sole.model, "written", noted, later), elem_id="under"
                    )
            with gr.Column(elem_id="source-column"):
                gr.Markdown("")  # the script's panel stands here; Gradio draws no empty column
        asking = _Asking(question, where, tuple(examples))
        conversation = gr.State("")  # not the chatbot as input: it would send the conversation back each time
        _wire(keepers, asking, messages=messages, first_screen=first_screen, conversation=conversation)
        opened = [messages, conversation, first_screen, under, scope, welcome, *examples]
        page.load(_Opening(keepers, openings), None, opened, **PRIVATE)
    page.queue(api_open=False, default_concurrency_limit=ASKED_AT_ONCE)
    return page


def mount(application: FastAPI, page: gr.Blocks, address: str) -> None:
    """Mount the page at `/` of an application, behind all routes; `address` is what a proxy calls it, "" for none."""
    gr.mount_gradio_app(
        application, page, path="/", footer_links=[], run_history=False, show_error=False, ssr_mode=False,
        enable_monitoring=False, pwa=False, mcp_server=False, theme=despatch_theme(), head=HEAD,
        root_path=address or None, app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
    )  # fmt: skip


def _how(model: LanguageModel | None, answers: Answers, noted: bool, say: Callable[..., str]) -> str:
    """How answers are made, where passages are sent for that, if anywhere, and whether it is noted who asks."""
    if answers == "search":
        how = say("question.passages_alone")
    elif model is None or answers == "quoted":
        how = say("question.own_words")
    else:
        sent = f" {say('question.sent_to', host=escape(model.sent_to))}" if model.sent_to else ""
        how = f"{say('question.by_model', model=escape(model.name))}{sent}"
    keys = f"<kbd>/</kbd> {say('question.key_question')} <kbd>[</kbd> <kbd>]</kbd> {say('question.key_sources')}"
    how = f"{how} {say('question.noted')}" if noted else how
    return f'{how} <span class="hint">{keys}</span>'


def _messages() -> gr.Chatbot:
    return gr.Chatbot(
        label=later("answer.conversation"), show_label=False, elem_id="messages", buttons=[], latex_delimiters=[],
        line_breaks=False, autoscroll=False, feedback_options=None,
    )  # fmt: skip


def _question() -> gr.Textbox:
    return gr.Textbox(
        label=later("question.label"), placeholder=later("question.placeholder"), elem_id="question",
        submit_btn=later("question.send"), max_lines=6, max_length=QUESTION_CHARACTERS, interactive=True,
    )  # fmt: skip


def _where() -> gr.Textbox:
    return gr.Textbox(
        label=later("question.filter"), placeholder=later("question.filter_example"), elem_id="where",
        max_lines=1, max_length=FILTER_CHARACTERS, interactive=True,
    )  # fmt: skip


def _examples(questions: tuple[str, ...]) -> list[gr.Button]:
    shown = [*questions, *[""] * (opening.EXAMPLES - len(questions))]
    with gr.Column(elem_id="examples"):
        return [gr.Button(each, elem_classes="example", visible=bool(each)) for each in shown]


@dataclass(frozen=True, slots=True)
class _Asking:
    """What a question is asked with: the text box, the filter that holds for all questions, the offered ones."""

    question: gr.Textbox
    where: gr.Textbox
    examples: tuple[gr.Button, ...]


class _Opening:
    """The page at each load: the conversation that its address names, or the first screen."""

    def __init__(self, keepers: Keepers, openings: opening.Openings) -> None:
        self._keepers = keepers
        self._openings = openings

    def __call__(self, request: gr.Request) -> list[Any]:
        conversation = str(request.query_params.get("c", ""))
        reader = self._keepers.of(request)
        try:
            keeper = reader.of(conversation)
        except DespatchError as error:
            return [*[gr.skip()] * 4, "", escape(str(error)), *_offered(())]
        desks = self._keepers.corpora.desks
        first = opening.joined([self._openings.now(desks[name]) for name in keeper.corpus.names])
        scope = first.scope(keeper.words, named=len(reader.names) == 1)
        answers = chosen(request.headers, keeper.desk).answers
        how = _how(keeper.desk.model, answers, keeper.corpus.records.are_kept, keeper.words)
        screen = [scope, first.welcome(keeper.words), *_offered(first.examples)]
        return [*_opened(keeper, conversation), how, *screen]


def _offered(questions: tuple[str, ...]) -> list[gr.Button]:
    """What becomes of the buttons that offer questions."""
    spare = [gr.Button("", visible=False) for _ in range(opening.EXAMPLES - len(questions))]
    return [*(gr.Button(each, visible=True) for each in questions), *spare]


def _opened(keeper: Keeper, conversation: str) -> list[Any]:
    """What messages, conversation and first screen become when a page opens; where nothing is kept, they stay.

    They stay rather than being emptied: who asks at once has a first answer there before this is through.
    """
    try:
        shown = keeper.messages(keeper.before(conversation), ends=True)
    except DespatchError:
        shown = []  # the list of conversations says in one sentence what is wrong
    return [shown, conversation, gr.Column(visible=False)] if shown else [gr.skip()] * 3


def _wire(
    keepers: Keepers, asking: _Asking, *, messages: gr.Chatbot, first_screen: gr.Column, conversation: gr.State
) -> None:
    stops = talking.Stops()

    def answer(asked: str, where: str, before: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        question = talking.Asked(
            str(asked).strip()[:QUESTION_CHARACTERS],
            str(where).strip() or None,
            conversation=before or new_id(),
            instead_of=str(request.query_params.get("instead", "")),
        )
        try:
            keeper = keepers.of(request).of(before)
        except DespatchError as error:
            yield from _refused(question, str(error))
            return
        question = replace(
            question, words=keeper.words, choices=chosen(request.headers, keeper.desk), several=keeper.is_of_several
        )
        if "again" in request.query_params:
            question = replace(question, where=_asked_with(keeper, question))
        yield from _answer(keeper, stops, question, session=request.session_hash or "")

    def stop(request: gr.Request) -> None:
        stops.stop(request.session_hash or "")

    outputs = [messages, asking.question, conversation, first_screen]
    limits: dict[str, Any] = {"concurrency_limit": ASKED_AT_ONCE, "concurrency_id": "answer"}
    for trigger, source in [(asking.question.submit, asking.question), *[(one.click, one) for one in asking.examples]]:
        trigger(answer, [source, asking.where, conversation], outputs, **limits, **PRIVATE)
    asking.question.stop(stop, None, None, concurrency_limit=None, **PRIVATE)


def _asked_with(keeper: Keeper, asked: talking.Asked) -> str | None:
    """The filter of a question that is asked again: its own, or that of the page where it was not kept."""
    try:
        first = keeper.kept.exchange(asked.instead_of)
    except DespatchError:
        first = None
    return asked.where if first is None else first.where


def _refused(asked: talking.Asked, sentence: str) -> Iterator[tuple[Any, ...]]:
    """The same where nothing may be asked."""
    said = keeping.pair(asked.question, render.Reply(new_id(), phase="failed", error=sentence))
    yield said, gr.skip(), gr.skip(), gr.Column(visible=False)


def _answer(keeper: Keeper, stops: talking.Stops, asked: talking.Asked, *, session: str) -> Iterator[tuple[Any, ...]]:
    """What messages, text box, conversation and first screen become, step by step; the text box is cleared once.

    The messages are never skipped: Gradio answers that with another chatbot in its state, and keeps the one before.
    """
    same = gr.skip()
    if not asked.question:
        yield same, same, same, same
        return
    box: Any = gr.Textbox(value="", submit_btn=False, stop_btn=keeper.words("question.stop"))
    said: list[Any] = []
    try:
        try:
            before = keeper.before(asked.conversation, asked.instead_of)
            past = keeper.messages(before, ends=False)
        except DespatchError:
            before, past = (), []  # an answer is worth more than what came before it; keeping it says what is wrong
        steps = talking.replies(keeper.corpus, keeper.shelf, asked, keeping.history(before), stops.begin(session))
        for step in talking.paced(steps):
            shown = step if step.phase == "searching" else keeper.keep(asked, step)
            said = [*past, *keeping.pair(asked.question, shown)]
            yield said, box, asked.conversation, gr.Column(visible=False)
            box = same
        yield said, gr.Textbox(submit_btn=keeper.words("question.send"), stop_btn=False), same, same
    finally:
        stops.end(session)
