// Opens sources, keeps the conversation readable to screen readers, and a few keys.
(() => {
  "use strict";
  const { at, day, el, icon, find, all, log, textBox, say, words, request, send } = making;
  const PHONE = matchMedia("(max-width: 720px)");
  const { MARK_AT, original, quote, settle, textOf } = reading;
  const state = { open: null, opener: "", request: 0, focused: "", busy: false, ended: "0", asked: 0, scrolled: false, silent: location.search.includes("c="), view: "text", source: null };

  // ---- which source a link names -----------------------------------------------------------------------------
  const LINKS = 'a[href^="#cite-"], a[href^="#near-"]';
  const named = (link) => {
    const parts = link?.getAttribute("href")?.match(/^#(cite|near)-(.+)-(\d+)$/);
    return parts ? { kind: parts[1], answer: parts[2], number: Number(parts[3]) } : null;
  };
  const href = (source) => `#${source.kind}-${source.answer}-${source.number}`;
  const linksTo = (source) => all(LINKS).filter((link) => link.getAttribute("href") === href(source));
  const under = (place, source) => `/ui/${place}/${source.kind}/${encodeURIComponent(source.answer)}/${source.number}`;
  const route = (source) => `/v1/${source.kind === "cite" ? "citations" : "nearest"}/${encodeURIComponent(source.answer)}/${source.number}`;

  // ---- the panel ---------------------------------------------------------------------------------------------
  const section = (source) => source.heading_path.filter((heading) => heading !== source.title).join(" › ");
  const places = (source) => [
    source.date && day(source.date),
    source.page && words("source.page", { page: source.page }),
    section(source) && words("source.section", { section: section(source) }),
    source.is_ocr && words("source.ocr"),
  ].filter(Boolean);
  const STATES = ["moved", "changed", "removed"];

  const bar = (source) => {
    const what = source.kind === "passage" ? "passage" : "source";
    const step = (name, by) => {
      const last = source.number + by < 1 || source.number + by > source.count;
      const label = words(`source.${name}_${what}`);
      const button = el("button", { className: `btn icon ${name}`, type: "button", title: label, "aria-label": label, "aria-disabled": String(last) }, icon(name));
      button.addEventListener("click", () => move(by, name));
      return button;
    };
    const close = el("button", { className: "btn icon close", type: "button", title: words("source.close"), "aria-label": words("source.close") }, icon("close"));
    close.addEventListener("click", closeSource);
    return el("div", { className: "src-bar" },
      el("span", { className: "pos" }, words(`source.${what}_of`, { number: source.number, count: source.count })),
      step("previous", -1), step("next", 1), el("span", { className: "end" }, views(source), close));
  };
  // The text of a PDF, or the page itself with the quote boxed.
  const hasPages = (source) => source.boxes.length > 0;
  const views = (source) => {
    if (!hasPages(source)) return null;
    const buttons = [["text", words("source.text")], ["page", words("source.as_page")]].map(([view, name]) => {
      const button = el("button", { className: "btn", type: "button", "aria-pressed": String(state.view === view) }, name);
      button.addEventListener("click", () => show(view));
      return button;
    });
    return el("span", { className: "views", role: "group", "aria-label": words("source.view") }, ...buttons);
  };
  const show = (view) => {
    if (!state.source || !hasPages(state.source) || view === state.view) return;
    state.view = view;
    fill(state.source);
    [...find("#source .views").children].find((button) => button.getAttribute("aria-pressed") === "true").focus();
  };

  const ALSO_NAMED = 5; // documents that say the same; the others are counted
  const others = (source) => {
    const named = source.also_in.slice(0, ALSO_NAMED).map((other) => [other.title, other.date && day(other.date)].filter(Boolean).join(", "));
    const more = source.also_in.length - named.length;
    return [...named, more > 0 && words("source.more", { n: more })].filter(Boolean).join("; ");
  };
  const reference = (source) => `“${source.quote}”\n${[source.title, ...places(source), source.document_id].join(", ")}`;
  const head = (source) => {
    const copy = el("button", { className: "btn", type: "button" }, icon("copy"), el("span", {}, words("source.copy")));
    copy.addEventListener("click", async () => {
      const done = await navigator.clipboard.writeText(reference(source)).then(() => true, () => false);
      copy.lastChild.textContent = done ? words("page.copied") : words("page.no_copying");
      say(copy.lastChild.textContent);
    });
    const file = source.has_original ? original(under("originals", state.open), () => find("#source .src-head")) : null;
    return el("div", { className: "src-head" },
      el("h2", { dir: "auto", id: "source-title" }, source.title),
      el("p", { className: "meta" }, ...places(source).map((place) => el("span", { dir: "auto" }, place)), el("span", { className: "file", dir: "auto" }, source.document_id)),
      others(source) ? el("p", { className: "meta" }, el("span", { dir: "auto" }, words("source.also_in", { documents: others(source) }))) : null,
      el("div", { className: "acts" }, copy, file),
      STATES.includes(source.state) ? el("p", { className: "note" }, words(`source.${source.state}`), ...instead(source)) : null);
  };

  const instead = (source) => {
    if (source.state !== "changed") return [];
    if (!source.says) return [` ${words("source.nothing_like_it")}`];
    return [` ${words("source.now_says")} `, el("q", { dir: "auto" }, source.says)];
  };

  const pageOf = (source) => {
    const first = source.boxes[0].page_number, place = el("span", { role: "status" });
    const image = el("img", { decoding: "async" }), sheet = el("div", { className: "sheet" }, image);
    const problem = el("p", { className: "note", hidden: true });
    const view = el("div", { className: "doc pages", tabIndex: 0, role: "region", "aria-label": words("source.page_of") },
      el("p", { className: "said", dir: "auto" }, ...quote(source)), problem, sheet);
    let number = 0;
    const picture = () => `/ui/pages/${encodeURIComponent(state.open.answer)}/${source.number}/${number}`;
    const turn = (to) => {
      if (to < 1 || to > source.page_count) return;
      number = to;
      place.textContent = words("source.page_of_count", { page: number, count: source.page_count });
      for (const [button, last] of [[back, 1], [on, source.page_count]]) button.setAttribute("aria-disabled", String(number === last));
      sheet.querySelectorAll(".box").forEach((box) => box.remove());
      problem.hidden = true;
      image.alt = words("source.page_of_title", { page: number, title: source.title });
      image.src = at(picture()).href;
      for (const box of source.boxes.filter((each) => each.page_number === number)) {
        const made = el("span", { className: "box" });
        const edges = { left: box.left, top: box.top, width: box.right - box.left, height: box.bottom - box.top };
        for (const [name, part] of Object.entries(edges)) made.style[name] = `${100 * part}%`;
        sheet.append(made);
      }
    };
    const [back, on] = [["previous", -1], ["next", 1]].map(([name, by]) => {
      const label = words(`source.${name}_page`);
      const button = el("button", { className: "btn icon", type: "button", title: label, "aria-label": label }, icon(name));
      button.addEventListener("click", () => turn(number + by));
      return button;
    });
    view.prepend(el("div", { className: "turn" }, back, place, on));
    image.addEventListener("load", () => {
      const box = sheet.querySelector(".box");
      if (box) view.scrollTop += box.getBoundingClientRect().top - view.getBoundingClientRect().top - view.clientHeight * MARK_AT;
    });
    image.addEventListener("error", async () => {
      const said = await request(picture());
      problem.textContent = said.error ?? words("source.undrawn");
      problem.hidden = false;
    });
    turn(first);
    return view;
  };

  const fill = (source) => {
    const onPage = state.view === "page" && hasPages(source);
    const open = state.open, more = (query) => request(`${under("texts", open)}?${query}`);
    panel().replaceChildren(bar(source), head(source), onPage ? pageOf(source) : textOf(source, more));
    if (!onPage) settle(find("#source .doc"));
  };
  const panel = () => {
    const existing = find("#source");
    if (existing) return existing;
    return find("#source-column").appendChild(el("section", { id: "source", tabIndex: -1 }));
  };
  const modal = () => {
    const on = PHONE.matches && state.open !== null, box = find("#source");
    for (const rest of [find("#masthead"), find("#talk"), find(".skip")]) if (rest) rest.inert = on;
    if (!box) return;
    box.setAttribute("role", on ? "dialog" : "region");
    box.setAttribute("aria-label", words("source.name"));
    if (on) box.setAttribute("aria-modal", "true");
    else box.removeAttribute("aria-modal");
  };
  const showOpen = () => {
    for (const link of all(LINKS)) {
      const on = state.open !== null && link.getAttribute("href") === href(state.open);
      if (link.getAttribute("aria-expanded") !== String(on)) link.setAttribute("aria-expanded", String(on));
      link.closest(".st")?.classList.toggle("open", [...link.closest(".st").querySelectorAll('[aria-expanded="true"]')].length > 0);
    }
  };
  const openSource = async (source, focus) => {
    const turn = (state.request += 1);
    const reply = await fetch(at(route(source))).catch(() => null);
    const found = reply ? await reply.json().catch(() => null) : null;
    if (turn !== state.request) return;
    state.open = source;
    document.body.classList.add("with-source");
    state.source = reply?.ok ? found : null;
    if (state.source) fill(state.source);
    else panel().replaceChildren(...failed(found?.error?.message ?? words("page.unreachable")));
    modal();
    showOpen();
    if (state.source && state.view === "text") settle(find("#source .doc")); // once more: the sheet has its height now
    if (focus) (find(`#source .src-bar .${focus}`) ?? panel()).focus({ preventScroll: true });
    keepInSight();
  };
  const failed = (sentence) => {
    const close = el("button", { className: "btn icon close", type: "button", title: words("source.close"), "aria-label": words("source.close") }, icon("close"));
    close.addEventListener("click", closeSource);
    return [el("div", { className: "src-bar" }, el("span", { className: "pos" }, words("source.name")), el("span", { className: "end" }, close)),
      el("div", { className: "src-head" }, el("p", { className: "note", role: "alert" }, sentence))];
  };
  const closeSource = () => {
    if (state.open === null) return;
    state.request += 1;
    const back = linksTo(state.open).find((link) => link.matches(state.opener)) ?? linksTo(state.open)[0];
    state.open = null;
    document.body.classList.remove("with-source");
    find("#source")?.replaceChildren();
    modal();
    showOpen();
    back?.focus();
  };
  const move = (by, focus) => {
    const next = { ...state.open, number: state.open.number + by };
    if (linksTo(next).length > 0) openSource(next, focus);
  };
  // The opened chip must not lie under the edge once the column has become narrower.
  const keepInSight = () => {
    const link = state.open && linksTo(state.open)[0], box = log();
    if (!link || !box) return;
    const where = link.getBoundingClientRect(), frame = box.getBoundingClientRect();
    if (where.top < frame.top + 8) box.scrollTop += where.top - frame.top - 24;
    if (where.bottom > frame.bottom - 8) box.scrollTop += where.bottom - frame.bottom + 24;
  };

  // ---- the conversation: names, headings, busy, where it is scrolled -----------------------------------------
  const first = (box, name) => {
    if (box.querySelector(":scope > .sr-only")?.textContent !== name) box.prepend(el("span", { className: "sr-only" }, name));
  };
  const label = () => {
    for (const user of all('#messages [data-testid="user"]')) {
      user.removeAttribute("aria-label"); // Gradio renews it where a question takes the place of another
      if (user.getAttribute("role") !== "heading") {
        user.setAttribute("role", "heading");
        user.setAttribute("aria-level", "2");
      }
      first(user, `${words("answer.you")} `);
    }
    for (const bot of all('#messages [data-testid="bot"]')) {
      if (bot.hasAttribute("aria-label")) bot.removeAttribute("aria-label");
      first(bot, `${words("answer.despatch")} `);
    }
    for (const link of all("#messages a.cite:not([aria-label])")) link.setAttribute("aria-label", words("answer.source", { number: link.textContent }));
    const box = log();
    if (box && box.tabIndex !== 0) {
      box.tabIndex = 0;
      box.setAttribute("aria-label", words("answer.conversation"));
    }
  };
  const announce = () => {
    const last = all('#messages [data-testid="bot"]').at(-1);
    if (!last) return;
    const near = last.querySelectorAll(".near a.pass").length;
    if (last.querySelector(".none")) say(`${last.querySelector(".none .big").textContent} ${words("answer.nearest_passages", { n: near })}`);
    else if (near > 0) say(words("answer.passages_found", { n: near }));
    else if (last.querySelector(".own")) say(last.querySelector(".own").textContent);
    else if (last.querySelector(".note.bad")) say(last.querySelector(".note.bad").textContent);
    else say(words("answer.ready", {
      statements: words("progress.statements", { n: last.querySelectorAll(".st").length }),
      sources: words("answer.sources", { n: last.querySelectorAll(".refs li").length }),
    }));
  };
  const follow = () => {
    const questions = all('#messages [data-testid="user"]'), box = log();
    if (questions.length > state.asked) state.scrolled = false;
    if (questions.length > 0 && box && (questions.length > state.asked || (state.busy && !state.scrolled))) {
      box.scrollTop += questions.at(-1).getBoundingClientRect().top - box.getBoundingClientRect().top;
    }
    state.asked = questions.length;
  };
  const refocus = () => {
    if (!state.focused || document.activeElement !== document.body) return;
    all(LINKS).find((link) => link.getAttribute("href") === state.focused)?.focus({ preventScroll: true });
  };
  const tend = () => {
    const box = log();
    if (!box) return;
    label();
    follow();
    refocus();
    showOpen();
    const busy = box.querySelector(".busy") !== null;
    const ended = busy ? state.ended : all("#messages .acts").length + (all("#messages .acts").at(-1)?.outerHTML ?? "");
    if (busy === state.busy && ended === state.ended) return;
    box.setAttribute("aria-busy", String(busy));
    if (!busy && !state.silent) announce(); // once for each answer, also where it was too quick to be seen as busy
    if (!busy) state.silent = false;
    [state.busy, state.ended] = [busy, ended];
  };

  // ---- keys, clicks, start -----------------------------------------------------------------------------------
  const CHOICES = 'a[href="#choose"]';
  const inField = (target) => target.closest?.("input, textarea, select, [contenteditable]") !== null;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return closeSource();
    if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
    if (event.key === "/") textBox()?.focus();
    else if (event.key === "[" && state.open) move(-1);
    else if (event.key === "]" && state.open) move(1);
    else if (event.key === "p" && state.open) show(state.view === "text" ? "page" : "text");
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(LINKS), source = named(link), choice = event.target.closest?.(CHOICES);
    if (choice) {
      event.preventDefault();
      if (!state.busy) send(choice.textContent);
    } else if (source) {
      event.preventDefault();
      state.opener = link.matches(".cite") ? ".cite" : "*";
      openSource(source, "close");
    } else if (event.target.closest?.("#way-out a")) {
      event.preventDefault(); // Gradio opens links in a tab of their own, and this one would stay signed in to the eye
      location.assign(at("/sign-in"));
    } else if (event.target === document.body && PHONE.matches) closeSource();
  });
  document.addEventListener("focusin", (event) => { state.focused = event.target.closest?.(LINKS)?.getAttribute("href") ?? ""; });
  document.addEventListener("focusout", (event) => { if (event.target.isConnected && event.relatedTarget === null) state.focused = ""; });
  for (const kind of ["wheel", "touchmove", "pointerdown"]) {
    document.addEventListener(kind, (event) => { if (event.target.closest?.("#messages")) state.scrolled = true; }, { passive: true });
  }
  PHONE.addEventListener("change", modal);

  let queued = false;
  new MutationObserver(() => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; tend(); });
  }).observe(document.body, { childList: true, subtree: true, characterData: true });

  const skip = el("a", { className: "skip", href: "#question" }, words("page.skip"));
  skip.addEventListener("click", (event) => { event.preventDefault(); textBox()?.focus(); });
  document.body.prepend(skip);
  tend();
})();
