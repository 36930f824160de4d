// The sources of a reply: beside the chat where the page is wide, unfolded under the reply where it is not.
(() => {
  const WIDE = window.matchMedia("(min-width: 1000px)");
  const place = () => document.getElementById("beside-sources");
  let back = null; // where the focus was when a source was opened

  const title = (text) => { document.querySelector("#beside h2").textContent = text; };
  const empty = () => {
    if (!place()) return;
    title(policy.texts.SOURCES_BESIDE);
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = policy.texts.SOURCES_NONE;
    place().replaceChildren(hint);
  };

  /** Show the sources of a reply beside the chat. */
  const show = (answer) => {
    const sources = answer.querySelector(".sources");
    for (const each of document.querySelectorAll(".answer.beside")) each.classList.remove("beside");
    if (!sources) return empty();
    answer.classList.add("beside");
    const copy = document.createElement("div");
    copy.className = "sources";
    copy.append(...[...sources.cloneNode(true).children].filter((each) => each.localName !== "summary"));
    for (const each of copy.querySelectorAll("[id]")) each.id = `beside-${each.id}`;
    title(sources.querySelector("summary").textContent);
    place().replaceChildren(copy);
    place().closest("#beside-column").scrollTop = 0;
  };

  const open = (id, link) => {
    const quote = document.getElementById(id);
    if (!quote) return;
    back = link;
    const answer = quote.closest(".answer");
    if (WIDE.matches) show(answer);
    else quote.closest("details").open = true;
    const shown = WIDE.matches ? document.getElementById(`beside-${id}`) : quote;
    for (const each of document.querySelectorAll(".quote.shown")) each.classList.remove("shown");
    shown.classList.add("shown");
    shown.querySelector("mark").scrollIntoView({ block: "center" });
    shown.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.marker, a.cell");
    if (link) {
      event.preventDefault();
      return open(link.getAttribute("href").slice(1), link);
    }
    const summary = event.target.closest?.("summary.sources-title");
    if (summary && WIDE.matches) {
      event.preventDefault();
      show(summary.closest(".answer"));
      place().querySelector(".quote")?.focus();
      back = summary;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !back || !event.target.closest?.(".quote")) return;
    back.focus();
    back = null;
  });

  policy.answered = (answer) => { if (WIDE.matches) answer ? show(answer) : empty(); };
})();
