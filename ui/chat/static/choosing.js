// The choice among several corpora; the page's address names the chosen one, and a conversation's own goes before it.
(() => {
  "use strict";
  const { el, find, words, request } = making;
  const address = () => new URL(location.href);

  const choose = (name) => {
    const url = new URL(location.pathname, location.href); // a conversation is about one corpus: another begins
    url.searchParams.set("corpus", name);
    location.assign(url);
  };
  const build = async () => {
    const asked = address().searchParams;
    const said = await request(`/ui/corpora?c=${encodeURIComponent(asked.get("c") ?? "")}`);
    if (!said.corpora || said.corpora.length < 2 || find("#corpus-choice")) return;
    const select = el("select", { id: "corpus-choice" }, ...said.corpora.map((name) => el("option", { value: name }, name)));
    select.value = said.chosen; // none, where the address names one that is not to be had
    select.addEventListener("change", () => choose(select.value));
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
