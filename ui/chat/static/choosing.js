// The choice among several corpora: one, some or all; the page's address names what is chosen, and a conversation's own
// goes before it.
(() => {
  "use strict";
  const { el, find, words, request, dialog } = making;
  const SOME = "some"; // no corpus is asked by this: the value opens the list to choose from
  const AND = ","; // between the names of several
  const FEWEST = 3; // corpora of which some are not yet all
  const address = () => new URL(location.href);

  const choose = (name) => {
    const url = new URL(location.pathname, location.href); // a conversation is about its corpora: another begins
    url.searchParams.set("corpus", name);
    location.assign(url);
  };
  // A list of the corpora to tick; closed without a choice it leaves everything as it is.
  const some = (corpora, now, closed) => {
    const boxes = corpora.map((name, number) => el("input", { type: "checkbox", id: `corpus-${number}`, value: name, checked: now.includes(name) }));
    const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);
    const go = el("button", { className: "btn", type: "submit" }, words("page.ask_these"));
    const form = el("form", {}, ...boxes.map((box) => el("div", { className: "line check" }, box, el("label", { htmlFor: box.id, dir: "auto" }, box.value))),
      el("div", { className: "line" }, go));
    const tell = () => { go.disabled = ticked().length === 0; };
    form.addEventListener("change", tell);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      choose(ticked().join(AND));
    });
    tell();
    const made = dialog(words("page.several_corpora").replace(/\s*…$/, ""), form);
    made.addEventListener("close", closed);
    boxes[0].focus();
  };
  const build = async () => {
    const asked = address().searchParams;
    const said = await request(`/ui/corpora?c=${encodeURIComponent(asked.get("c") ?? "")}`);
    if (!said.corpora || said.corpora.length < 2 || find("#corpus-choice")) return;
    const every = said.corpora.join(AND), now = (said.chosen ?? "").split(AND);
    const options = said.corpora.map((name) => [name, name]);
    options.push([every, words("page.all_corpora", { n: said.corpora.length })]);
    if (now.length > 1 && said.chosen !== every) options.push([said.chosen, now.join(", ")]);
    if (said.corpora.length >= FEWEST) options.push([SOME, words("page.several_corpora")]);
    const select = el("select", { id: "corpus-choice" }, ...options.map(([value, shown]) => el("option", { value }, shown)));
    select.value = said.chosen; // none, where the address names one that is not to be had
    select.addEventListener("change", () => {
      if (select.value !== SOME) return choose(select.value);
      some(said.corpora, now, () => {
        select.value = said.chosen;
        select.focus();
      });
    });
    find("#scope").before(el("div", { className: "choice" }, el("label", { htmlFor: "corpus-choice" }, words("page.corpus")), select));
    if (said.chosen && asked.get("corpus") !== said.chosen) {
      const url = address();
      url.searchParams.set("corpus", said.chosen); // so that what is asked next is asked of it
      history.replaceState(history.state, "", url);
    }
  };

  new MutationObserver((_, watching) => {
    if (!find("#scope")) return;
    watching.disconnect();
    build();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
