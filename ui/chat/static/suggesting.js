// Questions to ask next, under the last answer, once the server has tried them.
(() => {
  "use strict";
  const { el, find, all, words, request } = making;
  let last = "";

  const tend = async () => {
    const named = find("#messages .busy") ? null : all("#messages .acts").at(-1)?.querySelector('[id^="copy-"]');
    const exchange = named?.id.slice("copy-".length) ?? "";
    if (exchange === last) return;
    last = exchange;
    all("#messages .next").forEach((each) => each.remove());
    if (!exchange) return;
    const said = await request(`/ui/next/${exchange}`);
    const answer = all('#messages [data-testid="bot"]').at(-1);
    if (exchange !== last || !answer || !(said.questions?.length > 0)) return;
    const links = said.questions.map((question) => el("li", {}, el("a", { href: "#choose", dir: "auto" }, question)));
    answer.append(el("section", { className: "next", "aria-label": words("answer.next") }, el("h3", { className: "h3" }, words("answer.next")), el("ul", {}, ...links)));
  };
  new MutationObserver(tend).observe(document.body, { childList: true, subtree: true });
  tend();
})();
