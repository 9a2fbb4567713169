// A document's text: its blocks and its tables, with a quote marked, or words that were looked for.
const reading = (() => {
  "use strict";
  const { el, icon, request, say, within, words } = making;
  const MARK_AT = 0.4; // of the text's height: where the mark comes to rest

  // ---- offsets: the server counts code points, a string here counts UTF-16 units -----------------------------
  const unitsIn = (text, start) => {
    if (!/[\ud800-\udfff]/.test(text)) return (offset) => offset - start;
    const units = [0];
    for (const character of text) units.push(units.at(-1) + character.length);
    return (offset) => units[offset - start] ?? -1; // what lies outside
  };

  // ---- the quote ---------------------------------------------------------------------------------------------
  const NO_MARK = { from: -1, to: -1 };
  // A source of an answer has its number in the margin; words that were looked for are marked alone.
  const named = (source) => [
    el("span", { className: "margin-n", "aria-hidden": "true" }, String(source.number)),
    el("span", { className: "sr-only" }, `${words("source.quote")} `),
  ];
  const quote = (source) => [...(source.kind ? named(source) : []), el("mark", {}, source.quote)];
  const isIn = (mark, start, end) => start <= mark.from && mark.from < end;
  const touches = (mark, start, end) => start < mark.to && mark.from < end;

  // ---- a stretch of the text as blocks and tables ------------------------------------------------------------
  // A stretch is { text, start, pages, headings, tables }, offsets as the server counts; the source is the one
  // whose quote begins in it, or null. Where the quote is not one run of text, as where it goes through the cells of
  // a row, it stands whole above the first of them.
  const pieces = (stretch, source) => {
    const at = unitsIn(stretch.text, stretch.start);
    const pages = stretch.pages.map((page) => ({ at: at(page.offset), label: page.label }));
    const turned = (to) => {
      const count = pages.findIndex((page) => page.at > to);
      return pages.splice(0, count < 0 ? pages.length : count).map((page) => words("source.page", { page: page.label }));
    };
    const made = { text: stretch.text, at, pages: pages.map((page) => page.at), turned, headings: stretch.headings, source };
    made.mark = source ? { from: at(source.start), to: at(source.end) } : NO_MARK;
    const blocks = [];
    let place = 0;
    for (const table of stretch.tables) {
      blocks.push(...prose(made, place, at(table.start)), tableOf(made, table));
      place = at(table.end);
    }
    return [...blocks, ...prose(made, place, stretch.text.length)];
  };

  // Each cut is a place where a block ends: a blank line, a heading's edges, a page's start; none inside the quote.
  const cutsOf = ({ text, at, pages, headings, mark }, start, end) => {
    const cuts = new Set([start, end, ...pages, ...headings.flatMap((heading) => [at(heading.start), at(heading.end)])]);
    for (const blank of text.slice(start, end).matchAll(/\n[^\S\n]*\n\s*/g)) cuts.add(start + blank.index + blank[0].length);
    const marked = Math.min(mark.to, end);
    return [...cuts].filter((cut) => start <= cut && cut <= end && (cut <= mark.from || cut >= marked)).sort((a, b) => a - b);
  };
  const isLines = (text) => /\n/.test(text.trim()) && /\s\|\s|^\s*([-*•–]|\d+[.)])\s/m.test(text);
  const prose = (made, start, end) => {
    const { text, at, mark, source, turned } = made;
    const places = cutsOf(made, mark.from < start ? Math.max(start, mark.to) : start, end), blocks = [];
    const titles = new Map(made.headings.map((heading) => [at(heading.start), at(heading.end)]));
    for (let i = 0; i + 1 < places.length; i += 1) {
      const [from, to] = [places[i], places[i + 1]];
      blocks.push(...turned(from).map((page) => el("div", { className: "pg" }, page)));
      const quoted = isIn(mark, from, to), shown = text.slice(from, to);
      if (!quoted && !shown.trim()) continue;
      const title = titles.get(from) >= to;
      const block = el(title ? "h3" : "p", { dir: "auto" });
      if (isLines(shown) || (quoted && /\n[^\S\n]*\n/.test(source.quote))) block.className = "lines";
      const begun = (part) => title ? part.trimStart().replace(/^#{1,6}\s+/, "") : part.trimStart(); // without Markdown's own heading marks
      if (quoted) block.append(begun(text.slice(from, mark.from)), ...quote(source), text.slice(mark.to, to).trimEnd());
      else block.append(begun(shown).trimEnd());
      blocks.push(block);
    }
    return blocks;
  };

  const tableOf = (made, table) => {
    const { at, mark, source, turned } = made;
    const across = (...inside) => el("tr", {}, el("td", { className: "across", colSpan: table.columns }, ...inside));
    const above = () => across(el("p", { className: "lines", dir: "auto" }, ...quote(source)));
    const rows = [];
    let waits = isIn(mark, at(table.start), at(table.end)); // for its place
    for (const row of table.rows) {
      const [start, end] = [at(row.start), at(row.end)], hit = touches(mark, start, end);
      rows.push(...turned(start).map((page) => across(el("div", { className: "pg" }, page))));
      const inside = row.cells.some(([, from, to]) => at(from) <= mark.from && mark.to <= at(to));
      if (waits && hit && !inside) rows.push(above());
      waits = waits && !hit;
      rows.push(rowOf(made, table, row, hit));
    }
    if (waits) rows.unshift(above());
    const head = el("tr", {}, ...table.names.map((name) => name ? el("th", { scope: "col", dir: "auto" }, name) : el("td")));
    return el("table", { className: "tab", "data-id": String(table.id) },
      table.names.length > 0 ? el("thead", {}, head) : null, el("tbody", {}, ...rows));
  };
  const rowOf = ({ text, at, mark, source }, table, row, hit) => {
    const made = el("tr", hit ? { className: "hit", "aria-current": "true" } : {});
    let column = 0;
    const empty = (to) => { if (to > column) made.append(el("td", { colSpan: to - column })); };
    for (const [place, start, end] of row.cells) {
      empty(place);
      const [from, to] = [at(start), at(end)], marked = from <= mark.from && mark.to <= to;
      const inside = marked ? [text.slice(from, mark.from), ...quote(source), text.slice(mark.to, to)] : [text.slice(from, to)];
      made.append(el("td", { dir: "auto" }, ...inside));
      column = place + 1;
    }
    if (row.cells.length === 0) made.append(el("td", { colSpan: table.columns, dir: "auto" }, text.slice(at(row.start), at(row.end))));
    else empty(table.columns);
    return made;
  };

  // ---- where it comes to rest --------------------------------------------------------------------------------
  const settle = (box) => {
    const mark = box.querySelector("mark").getBoundingClientRect(), frame = box.getBoundingClientRect();
    const room = Math.min(mark.height, box.clientHeight * (1 - MARK_AT));
    const lift = Math.max(0, room - box.clientHeight * (1 - MARK_AT) + 24); // a long quote starts higher
    box.scrollTop += mark.top - frame.top - box.clientHeight * MARK_AT + lift;
    if (mark.right > frame.right || mark.left < frame.left) box.scrollLeft += mark.left - frame.left - box.clientWidth * MARK_AT;
  };

  // Takes the mark out of the text again, with what was shown for it alone.
  const unmark = (box) => {
    const mark = box.querySelector("mark"), hit = box.querySelectorAll(".hit");
    const alone = mark?.closest(".across");
    if (alone) alone.parentElement.remove();
    else mark?.replaceWith(...mark.childNodes);
    for (const row of hit) {
      row.classList.remove("hit");
      row.removeAttribute("aria-current");
    }
  };

  // ---- more of it as one scrolls -----------------------------------------------------------------------------
  // Changes the text without moving what is being read.
  const steadily = (box, change) => {
    const top = box.getBoundingClientRect().top;
    const all = [...box.querySelectorAll(".leaf > :not(table, .cut), .tab tbody > tr")];
    const read = all.find((each) => each.getBoundingClientRect().bottom > top) ?? all.at(-1);
    const before = read.getBoundingClientRect().top;
    change();
    box.scrollTop += read.getBoundingClientRect().top - before;
  };
  // Puts blocks beside those that are there; the rows of a table that goes on, into it.
  const join = (cut, blocks, back) => {
    const there = back ? cut.nextElementSibling : cut.previousElementSibling, meets = back ? blocks.at(-1) : blocks[0];
    if (there?.dataset.id !== undefined && there.dataset.id === meets?.dataset.id) {
      blocks.splice(blocks.indexOf(meets), 1);
      there.tBodies[0][back ? "prepend" : "append"](...meets.tBodies[0].rows);
    }
    cut[back ? "after" : "before"](...blocks);
  };
  const AHEAD = "50%"; // of the text's height: so near to its end it is sought
  // What is not shown yet at one end of the text; `more` asks the server for it.
  const rest = (box, source, more, back) => {
    const button = el("button", { className: "btn", type: "button" }, words(back ? "source.more_before" : "source.more_after"));
    const cut = el("div", { className: "cut" }, button);
    let place = back ? source.window_start : source.window_end, seeking = false;
    const seek = async () => {
      if (seeking) return;
      seeking = true;
      button.setAttribute("aria-disabled", "true");
      const part = await more(new URLSearchParams({ place, back, sha256: source.sha256 }));
      seeking = false;
      button.removeAttribute("aria-disabled");
      if (!cut.isConnected) return; // another one is open
      near.disconnect();
      cut.querySelector(".note")?.remove();
      if (part.error) return cut.append(el("p", { className: "note", role: "alert" }, part.error));
      place = back ? part.start : part.end;
      const isAll = place === (back ? 0 : source.length), wasAt = document.activeElement === button;
      steadily(box, () => {
        join(cut, pieces(part, null), back);
        if (isAll) cut.remove();
      });
      if (!isAll) near.observe(cut);
      else if (wasAt) box.focus({ preventScroll: true });
      if (wasAt) say(words("source.more_shown"));
    };
    const near = new IntersectionObserver((seen) => { if (seen.some((each) => each.isIntersecting)) seek(); }, { root: box, rootMargin: `${AHEAD} 0px` });
    button.addEventListener("click", seek);
    near.observe(cut);
    return cut;
  };

  // The text of a document with what is quoted of it, if anything is. `more` asks the server for what lies beyond.
  const textOf = (source, more) => {
    const text = source.before + source.quote + source.after, leaf = el("div", { className: "leaf" });
    const box = el("div", { className: "doc", tabIndex: 0, role: "region", "aria-label": words("source.text_of") }, leaf);
    if (source.window_start > 0) leaf.append(rest(box, source, more, true));
    leaf.append(...pieces({ ...source, text, start: source.window_start }, source.quote ? source : null));
    if (source.window_end < source.length) leaf.append(rest(box, source, more, false));
    return box;
  };

  // ---- the file itself, where the server gives it --------------------------------------------------------------
  // It is asked first whether it does, for a download shows no refusal: that is said in the head.
  const original = (path, head) => {
    const link = el("a", { className: "btn", href: within(path).href }, icon("save"), el("span", {}, words("source.original")));
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const said = await request(`${path}${path.includes("?") ? "&" : "?"}check=true`);
      head().querySelector(".note.refused")?.remove();
      if (said.error) head().append(el("p", { className: "note refused", role: "alert" }, said.error));
      else location.assign(link.href); // kept, not shown: the page stays
    });
    return link;
  };
  return { MARK_AT, original, quote, settle, textOf, unmark };
})();
