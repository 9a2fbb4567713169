// The list of conversations, and what can be done with one, or with an answer of it.
(() => {
  "use strict";
  const { at, el, icon, find, all, say, words, request, dialog, failure, write, send } = making;
  const WIDE = matchMedia("(min-width: 1200px)");
  const SEARCH_AFTER = 200; // ms without a key
  const DAY = 86_400_000;
  const LISTED = 200; // conversations at a time
  const state = { search: "", request: 0, last: "", waiting: 0, most: LISTED };

  // ---- the page's address names the conversation, and the exchange that the next question replaces ------------
  const NOTHING = { instead: "", again: "" };
  const address = () => new URL(location.href);
  const current = () => address().searchParams.get("c") ?? "";
  const setAddress = (names) => {
    const url = address();
    for (const [name, value] of Object.entries(names)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  };
  const link = (conversation) => {
    const url = address();
    for (const name of Object.keys(NOTHING)) url.searchParams.delete(name);
    if (conversation) url.searchParams.set("c", conversation);
    else url.searchParams.delete("c");
    if (conversation) url.searchParams.delete("corpus"); // it knows its own
    return url.pathname + url.search;
  };

  // ---- the list ------------------------------------------------------------------------------------------------
  const midnight = () => new Date().setHours(0, 0, 0, 0);
  const group = (asked) => {
    const when = new Date(asked).getTime();
    return when >= midnight() ? "today" : when >= midnight() - DAY ? "yesterday" : "earlier";
  };
  const row = (conversation) => {
    const open = el("a", { href: link(conversation.id), title: conversation.title, dir: "auto" }, conversation.title);
    if (conversation.id === current()) open.setAttribute("aria-current", "page");
    const more = el("button", { className: "btn icon", type: "button", title: words("conversations.what_can_be_done"), "aria-label": words("conversations.options", { title: conversation.title }) }, icon("more"));
    more.addEventListener("click", () => options(conversation, more));
    return el("li", {}, open, more);
  };
  const grouped = (conversations) => {
    const made = [];
    for (const name of ["today", "yesterday", "earlier"]) {
      const rows = conversations.filter((each) => group(each.asked) === name);
      if (rows.length > 0) made.push(el("h2", {}, words(`conversations.${name}`)), el("ul", {}, ...rows.map(row)));
    }
    return made;
  };
  const list = () => find("#rail .list");
  const earlier = () => {
    const button = el("button", { className: "btn", type: "button" }, words("conversations.more"));
    button.addEventListener("click", async () => {
      const shown = state.most;
      state.most += LISTED;
      await refresh();
      all("#rail li a")[shown]?.focus();
    });
    return button;
  };
  const refresh = async () => {
    const turn = (state.request += 1);
    const said = await request(`/ui/conversations?q=${encodeURIComponent(state.search)}&most=${state.most}`);
    if (turn !== state.request || !list()) return;
    if (said.error) list().replaceChildren(el("p", { className: "note" }, said.error));
    else if (said.conversations.length > 0) list().replaceChildren(...grouped(said.conversations), said.more ? earlier() : "");
    else list().replaceChildren(el("p", { className: "quiet" }, words(state.search ? "conversations.none_found" : "conversations.none")));
  };

  // ---- one conversation ----------------------------------------------------------------------------------------
  const options = (conversation, opener) => {
    const field = el("input", { type: "text", id: "conversation-title", value: conversation.title, maxLength: 200, dir: "auto" });
    const save = el("button", { className: "btn", type: "submit" }, words("conversations.rename"));
    const form = el("form", { className: "line" }, el("label", { htmlFor: "conversation-title" }, words("conversations.title")), field, save);
    const files = [["md", "Markdown"], ["html", "HTML"], ["docx", "Word"], ["json", "JSON"]].map(([kind, name]) =>
      el("a", { href: at(`/ui/conversations/${conversation.id}.${kind}`).href, download: "" }, name));
    const remove = el("button", { className: "btn bad", type: "button" }, words("conversations.delete"));
    const made = dialog(words("conversations.one"), form,
      el("div", { className: "line" }, el("span", {}, words("conversations.export")), ...files), el("div", { className: "line" }, remove));
    made.addEventListener("close", () => { if (opener.isConnected) opener.focus(); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = await request(`/ui/conversations/${conversation.id}`, "POST", { title: field.value });
      if (said.error) return failure(made, said.error);
      made.close();
      await refresh();
      say(words("conversations.renamed"));
    });
    remove.addEventListener("click", () => { made.close(); confirmed(conversation, opener); });
  };
  const confirmed = (conversation, opener) => {
    const yes = el("button", { className: "btn bad", type: "button" }, words("conversations.yes"));
    const no = el("button", { className: "btn", type: "button" }, words("conversations.no"));
    const made = dialog(words("conversations.delete_this"),
      el("p", {}, words("conversations.delete_means", { title: conversation.title })),
      el("div", { className: "line" }, yes, no));
    no.focus();
    made.addEventListener("close", () => { if (opener.isConnected) opener.focus(); });
    no.addEventListener("click", () => made.close());
    yes.addEventListener("click", async () => {
      const said = await request(`/ui/conversations/${conversation.id}`, "DELETE");
      if (said.error) return failure(made, said.error);
      if (conversation.id === current()) return location.assign(link(""));
      made.close();
      await refresh();
      say(words("conversations.deleted"));
      find("#rail input")?.focus();
    });
  };

  // ---- the rail, a drawer where the window is narrow -----------------------------------------------------------
  const drawer = (open) => {
    document.body.classList.toggle("with-drawer", open);
    find("#drawer")?.setAttribute("aria-expanded", String(open));
    if (open) find("#rail a, #rail input")?.focus();
  };
  const build = () => {
    const rail = find("#rail"), masthead = find("#masthead");
    if (!rail || !masthead || find("#rail nav")) return;
    const search = el("input", { type: "search", placeholder: words("conversations.search"), "aria-label": words("conversations.search"), value: state.search });
    search.addEventListener("input", () => {
      [state.search, state.most] = [search.value.trim(), LISTED];
      clearTimeout(state.waiting);
      state.waiting = setTimeout(refresh, SEARCH_AFTER);
    });
    rail.append(el("nav", { "aria-label": words("conversations.name") },
      el("a", { className: "btn new", href: link("") }, words("conversations.new")), search, el("div", { className: "list" })));
    const button = el("button", { id: "drawer", className: "btn icon", type: "button", title: words("conversations.name"), "aria-label": words("conversations.name"), "aria-controls": "rail", "aria-expanded": "false" }, icon("menu"));
    button.addEventListener("click", () => drawer(!document.body.classList.contains("with-drawer")));
    masthead.prepend(button);
    refresh();
  };

  // ---- what can be done with an answer -------------------------------------------------------------------------
  const VERBS = /^(copy|retry|edit|helpful|unhelpful)-([\w-]+)$/;
  const headingOf = (button) => {
    const questions = all('#messages [data-testid="user"] .ask');
    return questions.findLast((each) => each.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING)?.textContent ?? "";
  };
  const copy = async (exchange, button) => {
    const said = await request(`/ui/copies/${exchange}`);
    const done = !said.error && (await navigator.clipboard.writeText(said.text).then(() => true, () => false));
    button.textContent = done ? words("page.copied") : (said.error ?? words("page.no_copying"));
    say(button.textContent);
  };
  const retry = (exchange, button) => {
    setAddress({ instead: exchange, again: "1" }); // with its own filter, whatever the field says by now
    send(headingOf(button));
  };
  const edit = (exchange, button) => {
    setAddress({ ...NOTHING, instead: exchange });
    write(headingOf(button)).focus();
    editing(true);
    say(words("answer.editing"));
  };
  const editing = (on) => document.body.classList.toggle("editing", on);
  const judge = async (exchange, button, helpful) => {
    const pressed = button.getAttribute("aria-pressed") === "true", verdict = pressed ? null : helpful;
    const said = await request(`/ui/exchanges/${exchange}`, "POST", { helpful: verdict, comment: "" });
    if (said.error) return say(said.error);
    for (const name of ["helpful", "unhelpful"]) {
      const on = verdict === (name === "helpful");
      document.getElementById(`${name}-${exchange}`)?.setAttribute("aria-pressed", String(on));
    }
    if (verdict === false) commented(exchange, button);
  };
  const commented = (exchange, button) => {
    const field = el("input", { type: "text", id: "comment", maxLength: 2000 });
    const form = el("form", { className: "line" }, el("label", { htmlFor: "comment" }, words("answer.what_was_wrong")), field,
      el("button", { className: "btn", type: "submit" }, words("answer.save")));
    const made = dialog(words("answer.unhelpful"), form);
    field.focus();
    made.addEventListener("close", () => { if (button.isConnected) button.focus(); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = await request(`/ui/exchanges/${exchange}`, "POST", { helpful: false, comment: field.value });
      if (said.error) return failure(made, said.error);
      made.close();
      say(words("answer.saved"));
    });
  };
  const ACTS = {
    copy, retry, edit,
    helpful: (exchange, button) => judge(exchange, button, true),
    unhelpful: (exchange, button) => judge(exchange, button, false),
  };

  // ---- what an answer tells the page: its conversation, its last exchange, what was judged -----------------------
  const tend = () => {
    build();
    for (const button of all('#messages .acts button[id^="helpful-"]:not([aria-pressed]), #messages .acts button[id^="unhelpful-"]:not([aria-pressed])')) {
      button.setAttribute("aria-pressed", String(button.classList.contains("on")));
    }
    const acts = all("#messages .acts").at(-1), busy = find("#messages .busy") !== null;
    const conversation = [...(acts?.classList ?? [])].find((name) => name.startsWith("in-"))?.slice(3) ?? "";
    if (!conversation || busy) return;
    const last = acts.querySelector("button")?.id ?? conversation + all("#messages .acts").length;
    if (last === state.last) return;
    state.last = last;
    setAddress({ c: conversation, ...NOTHING });
    editing(false);
    refresh();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#messages .acts button"), named = button?.id.match(VERBS);
    if (named) ACTS[named[1]](named[2], button);
    else if (!event.target.closest?.("#rail, #drawer, dialog")) drawer(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (document.body.classList.contains("with-drawer")) {
      drawer(false);
      find("#drawer")?.focus();
    }
    if (document.body.classList.contains("editing")) {
      setAddress(NOTHING);
      editing(false);
      write("").focus();
    }
  });
  WIDE.addEventListener("change", () => drawer(false));

  let queued = false;
  new MutationObserver(() => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; tend(); });
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
  setAddress(NOTHING);
  tend();
})();
