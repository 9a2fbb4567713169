"""The page on which people sign in, and its form: plain HTML, no script."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs, urlencode

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ui.sessions import COOKIE, SESSION_SECONDS, Access, who_asks
from ui.wording import SCHEMES, choices, words_for

SIGNED_IN = """\
<p>{signed_in}</p><p><a href="./">{go_on}</a></p>"""
LEAVE = """\
<form method="post" action="sign-out"><button>{leave}</button></form>"""
FORM = """\
<form method="post" action="sign-in{onward}"><label for="name">{name}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>{enter}</button></form>"""
TEXTS = ("name", "password", "enter", "leave", "go_on")


MEANT = ("c", "corpus")  # what of the page's address is meant for whoever has signed in
LONGEST_MEANT = 200  # characters of each


def onward(query: str) -> str:
    """The part of the page's address, as a query string with its mark, that outlasts signing in; "" where none does."""
    try:
        asked = parse_qs(query, max_num_fields=16)
    except ValueError:
        return ""
    kept = {name: asked[name][0][:LONGEST_MEANT] for name in MEANT if name in asked}
    return f"?{urlencode(kept)}" if kept else ""


def add_signing_in(application: FastAPI, access: Access) -> None:
    """Add `/sign-in` and `/sign-out` to the application."""

    @application.get("/sign-in")
    def form(request: Request) -> Response:
        who, words = who_asks(request), words_for(request.headers)
        if who is None:
            return _page(request, FORM, onward=onward(request.url.query))
        signed_in = words("sign_in.signed_in", name=who.removeprefix("user "))
        leave = LEAVE if COOKIE in request.cookies else ""  # whom a proxy signed in signs out there
        return _page(request, SIGNED_IN + leave, signed_in=signed_in)

    @application.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", errors="replace"), max_num_fields=8)
        name, password = (fields.get(field, [""])[0] for field in ("name", "password"))
        token = await to_thread.run_sync(access.sign_in, name, password)
        if token is None:
            wrong, meant = words_for(request.headers)("sign_in.wrong"), onward(request.url.query)
            return _page(request, f'<p role="alert">{{wrong}}</p>{FORM}', 401, wrong=wrong, onward=meant)
        answer = RedirectResponse(f"./{onward(request.url.query)}", 303, {"cache-control": "no-store"})
        # a browser tells by Origin how it reached us, whatever stands between
        secure = request.headers.get("origin", "").startswith("https://")
        answer.set_cookie(COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="lax", secure=secure)
        return answer

    @application.post("/sign-out")
    def sign_out(request: Request) -> Response:
        access.sign_out(dict(_lower(request)))
        answer = RedirectResponse("sign-in", 303)
        answer.delete_cookie(COOKIE)
        return answer


def _lower(request: Request) -> list[tuple[bytes, str]]:
    return [(name.lower(), value.decode("latin-1")) for name, value in request.headers.raw]


def _page(request: Request, body: str, status: int = 200, **told: str) -> HTMLResponse:
    """The page around a body whose names in braces are filled: with `TEXTS`, and with `told`.

    It has the language and the colours that were chosen in this browser, or else those that the browser asks for.
    """
    words, theme = words_for(request.headers), choices(request.headers).get("theme", "")
    chosen = f' class="{theme}"' if theme in SCHEMES else ""
    texts = {name: words(f"sign_in.{name}") for name in TEXTS} | told
    # without its policy of referrers a browser would send the form with `Origin: null`, which is another site's
    return HTMLResponse(
        f'<!doctype html><html lang="{words.language}"{chosen}><head><meta charset="utf-8">'
        f"<title>{escape(words('sign_in.title'))}</title>"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="same-origin"><link rel="icon" href="favicon.ico">'
        '<link rel="stylesheet" href="ui/sign-in.css"></head>'
        f"<body><main><h1>Despatch</h1>{body.format_map({name: escape(text) for name, text in texts.items()})}"
        "</main></body></html>",
        status,
    )
