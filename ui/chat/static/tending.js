// The corpus brought up to date: what is under way, and how it ended.
(() => {
  "use strict";
  const { el, find, all, say, words, request } = making;
  const EVERY = 500; // ms between two looks at what is under way
  const TOLD_EVERY = 25; // per cent of the files, for those who listen to the page
  const FORECAST_AFTER = 5; // seconds; the first files say little about the rest
  const state = { ended: null, told: 0, waiting: 0, maySync: false };

  // ---- the words of it -----------------------------------------------------------------------------------------
  const doing = (progress) => {
    if (progress === null) return words("documents.comparing");
    if (progress.stage === "reading" && progress.item) return words("documents.indexing", { file: progress.item });
    return words({ compiling: "documents.compiling", reading: "documents.comparing", embedding: "documents.embedding", writing: "documents.writing" }[progress.stage]);
  };
  const far = (work) => {
    const { done, total, passages } = work.progress, left = Math.ceil((work.seconds / Math.max(done, 1)) * (total - done));
    const forecast = work.seconds > FORECAST_AFTER && done > 0 && left > 0;
    return [words("documents.files_done", { done, n: total }), words("documents.passages_counted", { n: passages }),
      forecast ? words("documents.seconds_left", { n: left }) : ""].filter(Boolean).join(" · ");
  };
  const outcome = (work) => {
    const erased = work.erased.map((each) => words("documents.erased", { document: each.document_id, n: each.answers }));
    if (work.stopped) return [...erased, words("documents.stopped")];
    if (work.error) return [...erased, work.error];
    const report = work.report, same = report.unchanged + report.failed === report.files && report.removed === 0;
    const counts = ["added", "changed", "renamed", "removed", "unchanged"].filter((name) => report[name] > 0).map((name) => words(`documents.were_${name}`, { n: report[name] }));
    const failed = report.failed > 0 ? words("documents.failed", { n: report.failed }) : "";
    const seconds = words("documents.took", { seconds: Math.max(1, Math.round(work.seconds)) });
    if (same) return [...erased, words("documents.nothing_new", { n: report.files }), failed ? `${failed}.` : ""];
    return [...erased, words("documents.synced", { n: report.files, counts: [...counts, failed].filter(Boolean).join(", ") }), seconds];
  };

  // ---- the box -------------------------------------------------------------------------------------------------
  const underWay = (work) => {
    const bar = el("progress", { "aria-label": words("documents.progress") });
    if (work.progress?.total > 0) Object.assign(bar, { max: work.progress.total, value: work.progress.done });
    const stop = el("button", { className: "btn", type: "button" }, words(work.stopping ? "documents.stopping" : "documents.stop"));
    stop.setAttribute("aria-disabled", String(work.stopping));
    stop.addEventListener("click", async () => { await request("/ui/corpus/work", "DELETE"); look(); });
    return [
      el("div", { className: "line" }, el("p", { className: "doing", dir: "auto" }, doing(work.progress)),
        el("p", { className: "quiet" }, work.progress?.total > 0 ? far(work) : "")),
      bar,
      el("div", { className: "line" }, el("p", { className: "quiet" }, words("documents.meanwhile")), state.maySync ? stop : null),
    ];
  };
  const show = (work) => {
    const box = find("#corpus .sync");
    if (!box) return;
    const focused = box.contains(document.activeElement);
    const over = () => [el("p", { className: work.error ? "note" : "outcome" }, ...outcome(work).filter(Boolean).map((each) => el("span", { dir: "auto" }, `${each} `)))];
    box.replaceChildren(...(work.running ? underWay(work) : work.ended > 0 ? over() : []));
    if (focused) (box.querySelector("button") ?? find("#corpus .now-sync")).focus();
    find("#corpus .now-sync").setAttribute("aria-disabled", String(work.running));
    const item = work.running ? work.progress?.item : undefined;
    for (const row of all("#corpus tbody tr")) row.classList.toggle("now", row.dataset.id === item);
  };
  const tell = (work, before) => {
    if (before !== null && work.ended !== before) {
      say(outcome(work).filter(Boolean).join(" "));
      document.dispatchEvent(new Event("corpus-changed"));
    }
    if (!work.running || !work.progress?.total) state.told = 0;
    else if ((100 * work.progress.done) / work.progress.total >= state.told + TOLD_EVERY) {
      state.told = Math.floor((100 * work.progress.done) / work.progress.total / TOLD_EVERY) * TOLD_EVERY;
      say(words("documents.files_done", { done: work.progress.done, n: work.progress.total }));
    }
  };
  const look = async () => {
    clearTimeout(state.waiting);
    const work = await request("/ui/corpus/work");
    if (work.error !== undefined && work.ended === undefined) return; // the server says nothing of it now
    show(work);
    tell(work, state.ended);
    state.ended = work.ended;
    if (work.running) state.waiting = setTimeout(look, EVERY);
  };
  const sync = async () => {
    const said = await request("/ui/corpus/work", "POST");
    if (said.error) find("#corpus .sync").replaceChildren(el("p", { className: "note", role: "alert" }, said.error));
    else {
      say(words("documents.started"));
      look();
    }
  };

  // ---- the page ------------------------------------------------------------------------------------------------
  const build = () => {
    const top = find("#corpus .top");
    if (!top || find("#corpus .sync")) return;
    const button = el("button", { className: "btn primary now-sync", type: "button", hidden: true }, words("documents.sync"));
    button.addEventListener("click", () => { if (button.getAttribute("aria-disabled") !== "true") sync(); });
    top.append(button, el("p", { className: "quiet fixed", hidden: true }, words("documents.fixed")));
    top.after(el("section", { className: "sync", "aria-label": words("documents.progress") }));
    look();
  };
  document.addEventListener("corpus-listed", (event) => {
    state.maySync = event.detail.may_sync;
    find("#corpus .now-sync").hidden = !state.maySync;
    find("#corpus .fixed").hidden = state.maySync;
    find("#corpus .fixed").textContent = words(event.detail.several ? "documents.of_several" : "documents.fixed");
  });
  document.addEventListener("corpus-sync", sync);
  document.addEventListener("corpus-work", look);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look(); });
  window.addEventListener("hashchange", look);
  new MutationObserver(build).observe(document.body, { childList: true, subtree: true });
  build();
})();
