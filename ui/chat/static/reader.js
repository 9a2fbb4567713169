// A document of the corpus, read by itself in the place of the list, and the places where words stand in it.
const reader = (() => {
  "use strict";
  const { day, el, icon, find, say, words, request } = making;
  const { original, settle, textOf, unmark } = reading;
  const SEARCH_AFTER = 200; // ms without a key
  const LIST = "#corpus";
  // `name` is the document's, `q` the words that were looked for last, `shown` what the server said of them
  const state = { name: "", q: "", shown: null, turn: 0, waiting: 0 };

  const box = () => find("#reader") ?? find("#corpus").insertAdjacentElement("afterend", el("section", { id: "reader", tabIndex: -1, "aria-label": words("documents.title") }));
  const about = (path) => `/ui/corpus/${path}?${new URLSearchParams({ name: state.name })}`;
  const field = () => find("#reader input");

  // ---- the bar: the way back, and the search -------------------------------------------------------------------
  const back = () => {
    const button = el("button", { className: "btn back", type: "button" }, icon("previous"), el("span", {}, words("documents.back")));
    button.addEventListener("click", () => { location.hash = LIST; });
    return button;
  };
  const search = () => {
    const input = el("input", { type: "search", value: state.q, maxLength: 200, placeholder: words("documents.find"), "aria-label": words("documents.find") });
    input.addEventListener("input", () => {
      clearTimeout(state.waiting);
      state.waiting = setTimeout(() => seek(1), SEARCH_AFTER);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) step(event.shiftKey ? -1 : 1);
    });
    const [before, after] = [["previous", -1], ["next", 1]].map(([name, by]) => {
      const label = words(`documents.${name}_place`);
      const button = el("button", { className: `btn icon ${name}`, type: "button", title: label, "aria-label": label }, icon(name));
      button.addEventListener("click", () => step(by));
      return button;
    });
    return el("div", { className: "look", role: "search" }, input, el("span", { className: "pos" }), before, after);
  };
  const count = () => {
    const { found, number, and_more } = state.shown;
    const said = found > 0 ? words(and_more ? "documents.place_of_first" : "documents.place", { number, count: found }) : words("documents.not_there");
    find("#reader .pos").textContent = state.q ? said : "";
    for (const button of box().querySelectorAll(".look .btn")) button.setAttribute("aria-disabled", String(found === 0));
    return state.q ? said : "";
  };

  // ---- the document --------------------------------------------------------------------------------------------
  const head = (shown) => el("div", { className: "src-head" },
    el("h2", { dir: "auto" }, shown.title),
    el("p", { className: "meta" }, shown.date ? el("span", {}, day(shown.date)) : null,
      shown.page_count > 0 ? el("span", {}, words("documents.pages", { n: shown.page_count })) : null,
      el("span", { className: "file", dir: "auto" }, shown.document_id)),
    shown.has_original ? el("div", { className: "acts" }, original(about("original"), () => find("#reader .src-head"))) : null);
  const text = (shown) => {
    const path = about("text");
    return textOf(shown, (query) => request(`${path}&${query}`));
  };
  // The text around the place that the server chose, or from the beginning.
  const draw = (shown) => {
    find("#reader .doc")?.remove();
    box().append(text(shown));
    if (shown.found > 0) settle(find("#reader .doc"));
  };

  // ---- the places ----------------------------------------------------------------------------------------------
  const ask = async (number) => {
    const turn = (state.turn += 1);
    const said = await request(`${about("document")}&${new URLSearchParams({ q: state.q, number })}`);
    return turn === state.turn ? said : null;
  };
  const seek = async (number) => {
    clearTimeout(state.waiting);
    state.turn += 1; // what was asked before counts no more, also where nothing is asked now
    state.q = field().value.trim();
    const said = state.q ? await ask(number) : { found: 0 };
    if (!said) return;
    find("#reader .src-head > .note.lost")?.remove();
    if (said.error) return find("#reader .src-head").append(el("p", { className: "note lost", role: "alert" }, said.error));
    state.shown = said;
    if (said.found > 0) draw(said);
    else unmark(find("#reader .doc")); // what is read stays
    say(count());
  };
  const step = (by) => {
    const { found, number } = state.shown;
    if (field().value.trim() !== state.q) seek(1);
    else if (found > 0) seek(((number - 1 + by + found) % found) + 1);
  };

  // ---- opened and closed ---------------------------------------------------------------------------------------
  const open = async (name, q, focus) => {
    clearTimeout(state.waiting);
    Object.assign(state, { name, q });
    const shown = await ask(1);
    if (!shown) return;
    state.shown = shown;
    document.body.classList.add("with-reader");
    const sorry = () => el("div", { className: "src-head" }, el("p", { className: "note", role: "alert" }, shown.error));
    box().replaceChildren(el("div", { className: "src-bar" }, back(), shown.error ? "" : search()), shown.error ? sorry() : head(shown));
    if (!shown.error) {
      draw(shown);
      if (q) say(count());
      else count();
    }
    if (focus) find("#reader .back").focus();
  };
  // Gives the name of the document that was open.
  const close = () => {
    const name = state.name;
    state.turn += 1;
    state.name = "";
    clearTimeout(state.waiting);
    document.body.classList.remove("with-reader");
    find("#reader")?.replaceChildren();
    return name;
  };
  const isOpen = () => state.name !== "";

  document.addEventListener("keydown", (event) => {
    if (!isOpen() || find("dialog[open]")) return;
    const inField = event.target.closest?.("input, textarea, select") !== null;
    if (event.key === "Escape" && !(event.target === field() && field().value)) location.hash = LIST; // words are cleared first
    else if (event.key === "/" && !inField) field()?.focus();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  return { open, close, isOpen };
})();
