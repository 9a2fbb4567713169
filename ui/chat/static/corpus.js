// The corpus: its documents, what could not be read, and which of them the next question asks.
(() => {
  "use strict";
  const { el, withCommands, icon, find, all, textBox, say, within, words, request, fieldOf } = making;
  const SEARCH_AFTER = 200; // ms without a key
  const SORTS = ["title", "date", "passages"];
  const MOST_ASKED = 64; // documents that a filter can name
  const state = { q: "", by: "", folder: "", kind: "", since: "", until: "", sort: "title", falling: false, chosen: new Map(), rows: [], found: null, turn: 0, waiting: 0, asked: 0, hash: "" };

  // ---- days ----------------------------------------------------------------------------------------------------
  const short = (year, month, day) => {
    const parts = { day, month: WORDS.short_months[month], year };
    return WORDS.short_date.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  };
  const shortOf = (iso) => short(...iso.split("-").map((part, i) => Number(part) - (i === 1)));
  const synced = (iso) => {
    if (!iso) return words("documents.never_synced");
    const when = new Date(iso), time = new Intl.DateTimeFormat(WORDS.locale, { hour: "2-digit", minute: "2-digit" }).format(when);
    if (when.toDateString() === new Date().toDateString()) return words("documents.synced_today", { time });
    return words("documents.synced_on", { day: short(when.getFullYear(), when.getMonth(), when.getDate()), time });
  };

  // ---- which view: the address says it, so that back and reload work -------------------------------------------
  const LIST = "#corpus", READ = `${LIST}?`; // with the document that is read, and what is looked for in it
  const isOpen = () => location.hash === LIST || location.hash.startsWith(READ);
  const toRead = (name, q) => `${READ}${new URLSearchParams({ document: name, ...(q ? { q } : {}) })}`;
  const show = async () => {
    const on = isOpen(), read = new URLSearchParams(on ? location.hash.slice(READ.length) : ""), name = read.get("document");
    const isFirst = !state.hash;
    state.hash = location.hash;
    document.body.classList.toggle("with-corpus", on);
    for (const link of all("#views a")) {
      if ((link.hash === LIST) === on) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (on && name) return reader.open(name, read.get("q") ?? "", !isFirst);
    const left = reader.close();
    if (on && !(left && state.found)) await refresh();
    if (on && left) (links().find((link) => link.closest("tr").dataset.id === left) ?? find("#corpus")).focus();
  };
  const links = () => all("#corpus tbody th a");
  // Gradio's page has a base address: a link to a place on it would load it anew, without the conversation
  const stays = (link, hash) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(hash);
    });
    return link;
  };
  const go = (hash) => {
    location.hash = hash;
    show();
  };
  const toChat = () => {
    go("#talk");
    textBox()?.focus();
  };

  // ---- the list ------------------------------------------------------------------------------------------------
  const inText = () => state.by === "text" && state.q !== "";
  const wanted = () => ({ q: state.q, in_text: inText(), folder: state.folder, kind: state.kind, since: state.since, until: state.until });
  const refresh = async (first = 0) => {
    const turn = (state.turn += 1);
    const asked = new URLSearchParams({ ...wanted(), sort: state.sort, falling: state.falling, first });
    const said = await request(`/ui/corpus?${asked}`);
    if (turn !== state.turn) return;
    if (said.error) {
      find("#corpus .listing")?.replaceChildren(el("p", { className: "note bad", role: "alert" }, said.error));
      return;
    }
    state.rows = first > 0 ? [...state.rows, ...said.rows] : said.rows;
    state.found = said;
    fill();
  };
  const removal = (document_) => {
    const name = words("documents.remove_one", { title: document_.title });
    const button = el("button", { className: "btn icon", type: "button", title: name, "aria-label": name }, icon("close"));
    button.addEventListener("click", () => {
      document.dispatchEvent(new CustomEvent("corpus-remove", { detail: { document: document_, opener: button } }));
    });
    return button;
  };
  const row = (document) => {
    const box = el("input", { type: "checkbox", "aria-label": words("documents.pick_one", { title: document.title }), checked: state.chosen.has(document.id) });
    box.addEventListener("change", () => {
      if (box.checked) state.chosen.set(document.id, document.title);
      else state.chosen.delete(document.id);
      asks();
    });
    const state_ = document.warnings.length > 0 ? el("span", { className: "state warn" }, words("documents.warning")) : el("span", { className: "state" }, words("documents.ready"));
    const hash = toRead(document.id, inText() ? state.q : "");
    const made = el("tr", {},
      el("td", { className: "pick" }, el("label", {}, box)),
      el("th", { scope: "row" }, stays(el("a", { className: "name", dir: "auto", href: within(`/${hash}`).href }, document.title), hash),
        document.times ? el("span", { className: "times" }, words("documents.times", { n: document.times })) : null,
        ...document.warnings.map((warning) => el("span", { className: "doubt", dir: "auto" }, warning))),
      el("td", { className: "file", dir: "auto" }, document.id),
      el("td", { className: "day" }, document.date ? shortOf(document.date) : ""),
      el("td", { className: "count" }, String(document.passages)),
      el("td", { className: "is" }, state_, el("span", { className: "state now" }, words("documents.now"))),
      state.found?.may_change ? el("td", { className: "off" }, document.is_attached ? null : removal(document)) : null);
    made.dataset.id = document.id;
    return made;
  };
  const head = (name, title, className = "") => {
    if (!SORTS.includes(name)) return el("th", { scope: "col", className }, title);
    const on = state.sort === name, arrow = on ? (state.falling ? " ↓" : " ↑") : "";
    const button = el("button", { type: "button", className: "sort" }, title, el("span", { "aria-hidden": "true" }, arrow));
    button.addEventListener("click", async () => {
      state.falling = on ? !state.falling : name !== "title"; // the newest and the longest first
      state.sort = name;
      await refresh();
      all("#corpus .sort").find((each) => each.textContent.startsWith(title))?.focus();
    });
    return el("th", { scope: "col", className, "aria-sort": on ? (state.falling ? "descending" : "ascending") : "none" }, button);
  };
  const table = (found) => {
    const left = found.found - state.rows.length;
    const more = el("button", { className: "btn", type: "button" }, words("documents.more", { n: Math.min(left, found.rows.length) }));
    more.addEventListener("click", async () => {
      const shown = state.rows.length;
      await refresh(shown);
      all("#corpus tbody input")[shown]?.focus();
    });
    const made = el("table", {},
      el("caption", {}, showing()),
      el("thead", {}, el("tr", {}, el("th", { scope: "col", className: "pick" }, el("span", { className: "sr-only" }, words("documents.pick"))),
        head("title", words("documents.title")), head("file", words("documents.file"), "file"), head("date", words("documents.date"), "day"),
        head("passages", words("documents.passages"), "count"), head("state", words("documents.state"), "is"),
        found.may_change ? el("td", {}) : null)),
      el("tbody", {}, ...state.rows.map(row)));
    if (found.found === 0) return [el("p", { className: "quiet" }, words(found.documents === 0 ? "documents.empty" : "documents.none_found"))];
    return left > 0 ? [made, more] : [made];
  };
  const showing = () => {
    const { found, documents } = state.found, shown = state.rows.length;
    return found === documents ? words("documents.showing", { shown, documents }) : words("documents.showing_found", { shown, found, documents });
  };
  const failures = (found) => {
    if (found.failed === 0) return [];
    const unnamed = found.failed - found.failures.length;
    return [el("h3", { id: "failures" }, words("documents.failed", { n: found.failed })),
      el("ul", { className: "fails", "aria-labelledby": "failures" },
        ...found.failures.map((each) => el("li", {}, el("b", { dir: "auto" }, each.path), el("span", { dir: "auto" }, each.reason), found.may_change ? removal({ id: each.path, title: each.path }) : null))),
      unnamed > 0 ? el("p", { className: "quiet" }, ...withCommands(words("documents.unnamed", { n: unnamed }))) : null].filter(Boolean);
  };
  const choices = (select, values, chosen) => {
    const made = [el("option", { value: "" }, words("documents.all")), ...values.map((value) => el("option", { value }, value))];
    select.replaceChildren(...made);
    select.value = chosen;
  };
  const fill = () => {
    const found = state.found, box = find("#corpus");
    const documents = words("page.documents", { n: found.documents }), files = words("documents.files", { n: found.files });
    const passages = words("documents.passages_counted", { n: found.passages });
    box.querySelector("h2").textContent = found.name || words("page.example_corpus");
    box.querySelector(".size").replaceChildren(documents, " ", files, ", ", passages, ". ", synced(found.last_sync));
    choices(box.querySelector('[name="folder"]'), found.folders, state.folder);
    choices(box.querySelector('[name="kind"]'), found.kinds, state.kind);
    box.querySelector(".listing").replaceChildren(...table(found));
    box.querySelector(".failures").replaceChildren(...failures(found));
    asks();
    const counted = find("#scope p > span");
    if (counted) counted.textContent = words("page.documents", { n: found.documents });
    document.dispatchEvent(new CustomEvent("corpus-listed", { detail: found }));
  };

  // ---- which documents the next question asks -------------------------------------------------------------------
  const asks = () => {
    const button = find("#corpus .use"), number = state.chosen.size;
    const some = number > 0 || Object.values(wanted()).some(Boolean);
    button.textContent = number > 0 ? words("documents.use_these", { n: number }) : words("documents.use");
    button.setAttribute("aria-disabled", String(!some));
    tell("");
  };
  const tell = (sentence) => {
    find("#corpus .told").replaceChildren(...(sentence ? [el("p", { className: "note", role: "alert" }, sentence)] : []));
  };
  const use = async () => {
    if (find("#corpus .use").getAttribute("aria-disabled") === "true") return;
    if (state.chosen.size > MOST_ASKED) return tell(words("documents.too_many", { n: MOST_ASKED }));
    const said = await request("/ui/corpus/filter", "POST", { documents: [...state.chosen.keys()], ...wanted() });
    if (said.error) return tell(said.error);
    if (said.found > MOST_ASKED && state.q && state.chosen.size === 0) return tell(words("documents.too_many", { n: MOST_ASKED }));
    if (said.found === 0) return tell(words("documents.none_found"));
    filter(said.where);
    toChat();
    say(words("documents.asking", { found: said.found, n: said.documents }));
  };
  const field = () => fieldOf("#where");
  const filter = (where) => {
    field().value = where;
    field().dispatchEvent(new Event("input", { bubbles: true }));
  };
  // What the filter under the text box leaves, whoever wrote it there.
  const asking = async () => {
    const turn = (state.asked += 1), where = field().value.trim();
    const said = where ? await request(`/ui/corpus/matching?where=${encodeURIComponent(where)}`) : null;
    if (turn !== state.asked) return;
    const line = find("#asking") ?? find("#where").insertAdjacentElement("beforebegin", el("p", { id: "asking" }));
    if (!said) return line.replaceChildren();
    const clear = el("button", { className: "btn quiet", type: "button" }, words("documents.clear"));
    clear.addEventListener("click", () => { filter(""); textBox()?.focus(); });
    line.replaceChildren(el("span", { dir: "auto" }, said.error ?? words("documents.asking", { found: said.found, n: said.documents })), clear);
  };

  // ---- the page ------------------------------------------------------------------------------------------------
  const labelled = (name, title, control) => {
    const id = `corpus-${name}`;
    Object.assign(control, { id, name });
    const event = control.type === "search" ? "input" : "change";
    control.addEventListener(event, () => {
      state[name] = control.value.trim();
      clearTimeout(state.waiting);
      state.waiting = setTimeout(async () => {
        await refresh();
        if (state.found) say(showing());
      }, event === "input" ? SEARCH_AFTER : 0);
    });
    return el("div", { className: `of-${name}` }, el("label", { htmlFor: id }, title), control);
  };
  const build = () => {
    const brand = find("#brand"), desk = find("#desk");
    const view = (hash, name) => stays(el("a", { href: hash }, name), hash);
    if (!brand || !desk || find("#corpus")) return;
    brand.after(el("nav", { id: "views", "aria-label": words("documents.views") },
      view("#talk", words("documents.chat")), view(LIST, words("page.corpus"))));
    const by = el("select", {}, ...["name", "text"].map((value) => el("option", { value }, words(`documents.by_${value}`))));
    by.addEventListener("change", () => { find("#corpus-q").placeholder = words(`documents.${by.value === "text" ? "text_example" : "by_name"}`); });
    const button = el("button", { className: "btn use", type: "button" }, words("documents.use"));
    button.addEventListener("click", use);
    desk.after(el("section", { id: "corpus", "aria-label": words("page.corpus"), tabIndex: -1 }, el("div", { className: "in" },
      el("div", { className: "top" }, el("div", {}, el("h2", { dir: "auto" }), el("p", { className: "size" }))),
      el("div", { className: "filters", role: "group", "aria-label": words("documents.which") },
        labelled("q", words("documents.q"), el("input", { type: "search", placeholder: words("documents.by_name"), maxLength: 200 })),
        labelled("by", words("documents.by"), by),
        labelled("folder", words("documents.folder"), el("select")), labelled("kind", words("documents.kind"), el("select")),
        labelled("since", words("documents.since"), el("input", { type: "date" })), labelled("until", words("documents.until"), el("input", { type: "date" })), button),
      el("div", { className: "told" }),
      el("div", { className: "cols" }, el("div", { className: "listing" }), el("div", { className: "side" }, el("section", { className: "failures" }))))));
    show();
  };

  window.addEventListener("hashchange", () => { if (location.hash !== state.hash) show(); });
  document.addEventListener("corpus-changed", () => refresh());
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#where")) return;
    clearTimeout(state.waiting);
    state.waiting = setTimeout(asking, SEARCH_AFTER);
  });
  document.addEventListener("keydown", (event) => {
    if (!isOpen() || reader.isOpen() || event.key !== "/" || event.target.closest?.("input, textarea, select")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    find("#corpus-q")?.focus();
  }, { capture: true });
  new MutationObserver(build).observe(document.body, { childList: true, subtree: true });
  build();
})();
