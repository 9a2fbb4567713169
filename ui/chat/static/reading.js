// A source's text: its blocks and its tables, with the quote marked.
const reading = (() => {
  "use strict";
  const { el, words } = making;
  const MARK_AT = 0.4; // of the text's height: where the quote comes to rest

  // ---- offsets: the server counts code points, a string here counts UTF-16 units -----------------------------
  const unitsIn = (text, start) => {
    if (!/[\ud800-\udfff]/.test(text)) return (offset) => offset - start;
    const units = [0];
    for (const character of text) units.push(units.at(-1) + character.length);
    return (offset) => units[offset - start] ?? -1; // what lies outside
  };

  // ---- the quote ---------------------------------------------------------------------------------------------
  const NO_MARK = { from: -1, to: -1 };
  const quote = (source) => [
    el("span", { className: "margin-n", "aria-hidden": "true" }, String(source.number)),
    el("span", { className: "sr-only" }, `${words("source.quote")} `),
    el("mark", {}, source.quote),
  ];
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
      if (quoted) block.append(text.slice(from, mark.from).trimStart(), ...quote(source), text.slice(mark.to, to).trimEnd());
      else block.append(title ? shown.trim().replace(/^#{1,6}\s+/, "") : shown.trim()); // Markdown's own heading marks
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

  const textOf = (source) => {
    const text = source.before + source.quote + source.after, leaf = el("div", { className: "leaf" });
    const end = source.window_start + [...text].length;
    if (source.window_start > 0) leaf.append(el("p", { className: "cut" }, words("source.cut_before")));
    leaf.append(...pieces({ ...source, text, start: source.window_start }, source));
    if (source.length !== null && end < source.length) leaf.append(el("p", { className: "cut" }, words("source.cut_after")));
    return el("div", { className: "doc", tabIndex: 0, role: "region", "aria-label": words("source.text_of") }, leaf);
  };
  return { MARK_AT, quote, settle, textOf };
})();
