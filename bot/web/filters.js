// The lists that limit where an answer may come from. The server says what they offer, and is told what is chosen.
(() => {
  const list = (name) => document.getElementById(`filter-${name}`);
  const names = ["region", "year", "issuer", "document_id"];

  const offer = (name, entries) => {
    const chosen = list(name).value;
    const tooMany = name === "document_id" && !entries.length;
    const first = new Option(tooMany ? policy.texts.TOO_MANY_DOCUMENTS : policy.texts.ANY[name], "");
    list(name).replaceChildren(first, ...entries.map(([text, value]) => new Option(text, value)));
    list(name).value = entries.some(([, value]) => value === chosen) ? chosen : "";
    tell();
  };
  /** Give the server what is chosen; it goes in with the next question. */
  const tell = () => {
    policy.write("limits", Object.fromEntries(names.map((name) => [name, list(name).value])));
    for (const name of names) list(name).classList.toggle("chosen", list(name).value !== "");
  };

  policy.hear.offered = (lists) => { for (const name of Object.keys(lists)) offer(name, lists[name]); };
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("#filter-lists select")) return;
    tell();
    if (event.target.name !== "document_id") document.getElementById("do-narrow").click();
  });
})();
