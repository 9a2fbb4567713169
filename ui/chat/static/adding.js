// Files dropped or chosen go to the corpus's folder, one after another; documents are removed after a question back.
(() => {
  "use strict";
  const { el, withCommands, find, icon, say, words, request, dialog, failure } = making;
  const MEBIBYTE = 1024 * 1024;
  const state = { limits: null, busy: false };

  // ---- adding --------------------------------------------------------------------------------------------------
  // What was dropped as a list of { path, file }; folders are walked, their names stay part of the paths.
  const entered = (entry) => new Promise((done, failed) => entry.file(done, failed));
  const listed = async (reader) => {
    const found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (some.length === 0) return found;
      found.push(...some);
    }
  };
  const walked = async (entry, found) => {
    if (found.length > state.limits.most_files) return; // it is too many already
    if (entry.isFile) found.push({ path: entry.fullPath.slice(1), file: await entered(entry) });
    else for (const each of await listed(entry.createReader())) await walked(each, found);
  };
  const dropped = async (items) => {
    const all = [...items].filter((item) => item.kind === "file"), found = [];
    const carried = all.map((item) => ({ entry: item.webkitGetAsEntry?.(), file: item.getAsFile() })); // before any await
    for (const { entry, file } of carried) {
      if (entry) await walked(entry, found);
      else if (file) found.push({ path: file.name, file });
    }
    return found;
  };
  const chosen = (files) => [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

  const put = async ({ path, file }) => {
    const most = state.limits.largest_file;
    if (file.size > most) return words("documents.too_large", { file: path, n: most / MEBIBYTE });
    const said = await request(`/ui/corpus/files?name=${encodeURIComponent(path)}`, "POST", file);
    return said.error ?? "";
  };
  const tell = (...sentences) => find("#corpus .added").replaceChildren(...sentences.map((each) => el("p", { dir: "auto" }, each)));
  const add = async (files) => {
    if (state.busy || files.length === 0) return;
    const most = state.limits.most_files;
    if (files.length > most) return tell(words("documents.too_many_files", { n: most }));
    state.busy = true;
    const refused = [];
    for (const [number, each] of files.entries()) {
      tell(words("documents.adding", { number: number + 1, n: files.length, file: each.path }));
      const said = await put(each);
      if (said) refused.push(said);
    }
    state.busy = false;
    const added = words("documents.added", { n: files.length - refused.length });
    tell(added, ...refused);
    say([added, ...refused].join(" "));
    if (refused.length < files.length) document.dispatchEvent(new Event("corpus-sync"));
  };

  // ---- removing ------------------------------------------------------------------------------------------------
  const ask = (document_, opener) => {
    const erase = el("input", { type: "checkbox", id: "erase" });
    const yes = el("button", { className: "btn bad", type: "button" }, words("documents.remove"));
    const no = el("button", { className: "btn", type: "button" }, words("documents.keep"));
    const made = dialog(words("documents.remove_this", { title: document_.title }),
      el("p", {}, words("documents.remove_means", { file: document_.id })),
      el("div", { className: "line check" }, erase, el("label", { htmlFor: "erase" }, words("documents.erase"))),
      el("p", { className: "quiet" }, words("documents.erase_means")),
      el("div", { className: "line" }, yes, no));
    no.focus();
    made.addEventListener("close", () => { if (opener.isConnected) opener.focus(); });
    no.addEventListener("click", () => made.close());
    yes.addEventListener("click", async () => {
      const said = await request(`/ui/corpus/files?name=${encodeURIComponent(document_.id)}&erase=${erase.checked}`, "DELETE");
      if (said.error) return failure(made, said.error);
      made.close();
      document.dispatchEvent(new Event("corpus-work"));
      find("#corpus .now-sync")?.focus();
    });
  };

  // ---- the page ------------------------------------------------------------------------------------------------
  const picker = (folder) => {
    const field = el("input", { type: "file", multiple: true, hidden: true, tabIndex: -1, "aria-hidden": "true" });
    if (folder) field.webkitdirectory = true;
    else field.accept = state.limits.suffixes.join(",");
    field.addEventListener("change", async () => {
      const files = chosen(field.files);
      field.value = "";
      await add(files);
    });
    const button = el("button", { className: "btn", type: "button" }, words(folder ? "documents.choose_folder" : "documents.choose_files"));
    button.addEventListener("click", () => field.click());
    return [button, field];
  };
  const build = () => {
    const { most_files: most, largest_file: largest } = state.limits;
    find("#corpus .side").prepend(el("section", { className: "adding", "aria-label": words("documents.add") },
      el("h3", {}, words("documents.add")),
      el("div", { className: "drop" }, el("p", {}, words("documents.drop")),
        el("div", { className: "line" }, ...picker(false), ...picker(true)),
        el("p", { className: "quiet" }, words("documents.limits", { files: most, size: largest / MEBIBYTE }))),
      el("div", { className: "added" })));
  };
  document.addEventListener("corpus-listed", (event) => {
    const found = event.detail;
    if (!found.may_change) {
      if (found.may_sync && !find("#corpus .adding")) {
        find("#corpus .side").prepend(el("section", { className: "adding" }, el("p", { className: "quiet" }, ...withCommands(words("documents.example_stays")))));
      }
      return;
    }
    state.limits = found;
    if (!find("#corpus .adding")) build();
  });
  document.addEventListener("corpus-remove", (event) => ask(event.detail.document, event.detail.opener));
  const isFiles = (event) => state.limits !== null && location.hash === "#corpus" && [...(event.dataTransfer?.types ?? [])].includes("Files");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      find("#corpus .drop").classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) find("#corpus .drop")?.classList.remove("over"); });
  document.addEventListener("drop", async (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    find("#corpus .drop").classList.remove("over");
    await add(await dropped(event.dataTransfer.items));
  });
})();
