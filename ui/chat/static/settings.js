// What a person may choose: kept in a cookie, which each question brings along.
(() => {
  "use strict";
  const { el, icon, find, textBox, words, request, write, dialog } = making;
  const KEPT = 31_536_000; // seconds: a year
  const DRAFT = "despatch-draft";
  const AT_ONCE = ["strictness", "passages"]; // nothing on the page says them; of all else the page is drawn again
  let changed = false;

  const keep = (name, value) => {
    const all = choices();
    all.set(name, value);
    document.cookie = `${CHOICES}=${all}; path=/; max-age=${KEPT}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    changed ||= !AT_ONCE.includes(name);
  };
  const named = (name, value) => words(`settings.${name}_${value}`);

  const way = (value, setting) => {
    const without = value === "written" && !setting.model;
    const field = el("input", { type: "radio", name: "answers", id: `answers-${value}`, value, checked: setting.value === value, disabled: without, "aria-describedby": `about-${value}` });
    field.addEventListener("change", () => keep("answers", value));
    const about = without ? words("settings.no_model") : words(`settings.about_${value}`, { model: setting.model });
    return el("div", { className: "way" }, field, el("label", { htmlFor: field.id }, words(`settings.answers_${value}`)), el("p", { id: `about-${value}`, className: "about" }, about));
  };
  const pick = (name, setting, options) => {
    const field = el("select", { id: `setting-${name}`, disabled: setting.fixed ?? false },
      ...options.map(([value, shown]) => el("option", { value, selected: value === setting.value }, shown)));
    field.addEventListener("change", () => keep(name, field.value));
    const about = setting.fixed ? words("settings.fixed") : WORDS.texts[`settings.about_${name}`];
    if (about) field.setAttribute("aria-describedby", `about-${name}`);
    return el("div", { className: "pick" }, el("label", { htmlFor: field.id }, words(`settings.${name}`)), field,
      about ? el("p", { id: `about-${name}`, className: "about" }, about) : null);
  };
  const group = (name, ...fields) => el("fieldset", {}, el("legend", {}, words(`settings.${name}`)), el("div", {}, ...fields));
  const form = (now) => [
    group("answers",
      ...["quoted", "written", "search"].map((value) => way(value, now.answers)),
      pick("strictness", now.strictness, now.strictness.options.map((value) => [value, named("strictness", value)])),
      pick("passages", now.passages, now.passages.options.map((value) => [value, value]))),
    group("display",
      pick("language", now.language, Object.entries(now.language.options)),
      pick("theme", now.theme, now.theme.options.map((value) => [value, named("theme", value)]))),
  ];
  const open = async (opener) => {
    const now = await request(`/ui/settings${location.search}`);
    const made = dialog(words("settings.name"), el("p", { className: "about" }, words("settings.lead")),
      ...(now.error ? [el("p", { className: "note", role: "alert" }, now.error)] : form(now)));
    made.classList.add("settings");
    made.addEventListener("close", () => {
      if (opener.isConnected) opener.focus();
      if (!changed || find("#messages .busy")) return;
      sessionStorage.setItem(DRAFT, textBox()?.value ?? "");
      location.reload();
    });
  };

  const tend = () => {
    const masthead = find("#masthead");
    if (!masthead || find("#settings")) return;
    const button = el("button", { id: "settings", className: "btn quiet", type: "button", title: words("settings.name"), "aria-label": words("settings.name") }, icon("settings"), el("span", {}, words("settings.name")));
    button.addEventListener("click", () => open(button));
    masthead.append(button);
  };
  // Gradio may empty the text box once more while the page becomes its own; until a hand is on it the draft comes back.
  const restore = () => {
    const draft = sessionStorage.getItem(DRAFT);
    if (draft && textBox()?.value === "") write(draft);
  };
  for (const kind of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(kind, (event) => { if (event.isTrusted) sessionStorage.removeItem(DRAFT); });
  }
  const tended = () => { tend(); restore(); };
  new MutationObserver(tended).observe(document.body, { childList: true, subtree: true });
  tended();
})();
