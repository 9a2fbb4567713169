// What the page's scripts make things with; the server sends them as one file, this part first.
// Text from documents and people enters the page only as text nodes.
const making = (() => {
  "use strict";
  const ICONS = {
    previous: "M10 3 5 8l5 5",
    next: "m6 3 5 5-5 5",
    close: "m3.5 3.5 9 9m0-9-9 9",
    menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
    settings: "M2.5 5h5m4 0h2M2.5 11h2m4 0h5M9.5 3v4M6.5 9v4",
    save: "M8 2.5v8m-3-3 3 3 3-3M3 13.5h10",
    copy: "M5.5 6.5a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1zM10.5 3.5v-1h-8v8h1",
  };

  const el = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  };
  // A sentence of ours; what stands between ` marks is a command.
  const withCommands = (text) => text.split("`").map((part, i) => (i % 2 ? el("code", {}, part) : part));
  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  };
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const log = () => find('#messages [role="log"]');
  const fieldOf = (box) => find(`${box} textarea, ${box} input`); // Gradio draws the one or the other
  const textBox = () => fieldOf("#question");
  const say = (sentence) => {
    const status = find("#status") ?? document.body.appendChild(el("div", { id: "status", className: "sr-only", role: "status" }));
    status.textContent = sentence;
  };
  // A text by its section and key, filled in; of two forms the one for the number `n` (ui/wording.py does the same).
  const written = (value) => typeof value === "number" ? String(value).replace(/\B(?=(\d{3})+$)/g, WORDS.thousands) : value;
  const words = (key, values = {}) => {
    const text = WORDS.texts[key], form = Array.isArray(text) ? text[WORDS.singular.includes(values.n) ? 0 : 1] : text;
    return form.replace(/\{(\w+)\}/g, (_, name) => written(values[name]));
  };
  // An address of the server, which a proxy may serve below another path than its own.
  const at = (path) => new URL(`.${path}`, location.href);
  // The same, of the corpus that the page's address names.
  const within = (path) => {
    const url = at(path), corpus = new URLSearchParams(location.search).get("corpus");
    if (corpus) url.searchParams.set("corpus", corpus);
    return url;
  };
  const day = (iso) => new Intl.DateTimeFormat(WORDS.locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
  // Asks the server; gives what it said, or a sentence on why it did not.
  const request = async (path, method = "GET", body = undefined) => {
    const isFile = body instanceof Blob;
    const headers = body === undefined ? {} : { "Content-Type": isFile ? "application/octet-stream" : "application/json" };
    const reply = await fetch(within(path), { method, headers, body: isFile ? body : body && JSON.stringify(body) }).catch(() => null);
    const said = await reply?.json().catch(() => null);
    if (reply?.ok && said) return said;
    return { error: said?.error?.message ?? words("page.unreachable") };
  };
  // A dialog that is gone when it is closed, and a sentence in it on what went wrong.
  const dialog = (title, ...content) => {
    const close = el("button", { className: "btn icon", type: "button", title: words("page.close"), "aria-label": words("page.close") }, icon("close"));
    const made = el("dialog", { className: "dialog", "aria-labelledby": "dialog-title" },
      el("div", { className: "dialog-head" }, el("h2", { id: "dialog-title" }, title), close), ...content);
    close.addEventListener("click", () => made.close());
    made.addEventListener("close", () => made.remove());
    (find(".gradio-container") ?? document.body).append(made);
    made.showModal();
    return made;
  };
  const failure = (within, sentence) => {
    within.querySelector(".note")?.remove();
    within.append(el("p", { className: "note", role: "alert" }, sentence));
  };
  // Puts a question into the text box, as if it had been typed, and sends it.
  const write = (question) => {
    const box = textBox();
    box.value = question;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return box;
  };
  const send = (question) => {
    write(question);
    setTimeout(() => find("#question .submit-button")?.click()); // once the page has taken the text
  };
  return { at, within, day, el, withCommands, icon, find, all, log, fieldOf, textBox, say, words, request, dialog, failure, write, send };
})();
