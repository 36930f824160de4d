// The widget's page: asks over the stream, shows replies as the server renders them, opens citations, speaks to its portal.
// Written for browsers of ES2017 (Chromium 58, Firefox 65, Safari 11). Keeps the conversation while the page is open, and nothing else.
(function () {
  "use strict";
  const TURNS = 10, TURN = 4000, PATIENCE = 60; // turns sent along, characters of each, tries while the server gets ready
  const told = JSON.parse(document.getElementById("texts").textContent);
  const given = new URLSearchParams(location.search);
  const root = document.documentElement;
  const part = (id) => document.getElementById(id);
  const conversation = part("conversation"), box = part("question"), notice = part("notice");
  const filters = limits();
  let turns = [], waiting = [], reading = null, asking = 0, asked = 0; // asking: the number of the question under way, 0 for none

  // ---- How it looks, as the portal wishes -----------------------------------------------------------------------
  function limits() {
    const found = {};
    for (const name of ["region", "issuer", "document_id"]) if (given.get(name)) found[name] = given.get(name).slice(0, 200);
    if (/^\d{1,4}$/.test(given.get("year") || "") && +given.get("year")) found.year = +given.get("year");
    return found;
  }

  function dress() {
    const title = (given.get("title") || "").slice(0, 40);
    if (title) part("title").textContent = document.title = title;
    const color = given.get("color") || "";
    if (/^#[0-9a-f]{6}$/i.test(color)) {
      root.style.setProperty("--bar", color);
      root.style.setProperty("--on-bar", isLight(color) ? "#111" : "#fff");
    }
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const scheme = given.get("scheme");
    const choose = () => root.classList.toggle("dark", scheme === "dark" || (scheme === "auto" && dark.matches));
    dark.addListener(choose);
    choose();
    part("close").hidden = !isBubble();
    tellLimits("");
    if (filters.document_id) titled(filters.document_id).then(tellLimits);
  }

  function tellLimits(title) {
    const year = filters.year ? told.year.replace("{year}", filters.year) : "";
    const shown = [filters.region, year, filters.issuer, title].filter(Boolean).join("、");
    part("limits").textContent = shown ? told.limited.replace("{limits}", shown) : "";
    part("limits").hidden = !shown;
  }

  async function titled(id) {
    try {
      const response = await fetch(`api/documents/${encodeURIComponent(id)}`);
      return response.ok ? `《${(await response.json()).title}》` : id;
    } catch (error) { // the limit holds all the same
      return id;
    }
  }

  function isLight(color) {
    const [r, g, b] = [1, 3, 5].map((at) => Math.pow(parseInt(color.slice(at, at + 2), 16) / 255, 2.2));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18; // where black is read better than white
  }

  function isBubble() {
    return given.get("mode") === "bubble";
  }

  // ---- The conversation ------------------------------------------------------------------------------------------
  async function begin() {
    turns = [];
    conversation.textContent = "";
    const greeting = make("div", "greeting", (given.get("greeting") || "").slice(0, 200) || told.greeting);
    conversation.appendChild(greeting);
    const own = given.getAll("q").filter(Boolean).slice(0, 8).map((question) => question.slice(0, 200));
    const questions = own.length ? own : await examples();
    if (questions.length && conversation.contains(greeting)) greeting.appendChild(offer(questions));
  }

  async function examples() {
    try {
      const limited = Object.keys(filters).map((name) => `${name}=${encodeURIComponent(filters[name])}`);
      const response = await fetch(`api/examples?${limited.join("&")}`);
      return response.ok ? (await response.json()).questions : [];
    } catch (error) { // without examples the page still answers
      return [];
    }
  }

  async function ask(text) {
    const question = text.trim();
    notice.textContent = complaint(question);
    if (notice.textContent) return;
    if (asking) {
      waiting.push(question);
      return;
    }
    const number = asked += 1;
    busy(number);
    box.value = "";
    fit();
    const shown = conversation.appendChild(make("div", "asked", question));
    const said = conversation.appendChild(make("div", "said"));
    said.appendChild(make("div", "line", told.searching));
    announce(told.searching);
    bring(shown);
    post({ type: "asked", question });
    try {
      const answer = await streamed(question, number, said);
      if (asking === number) finish(question, answer, said);
      bring(shown);
    } catch (error) {
      if (asking === number) excuse(error.told || told.unreachable, said);
    }
    if (asking !== number) return; // stopped meanwhile
    busy(0);
    if (waiting.length) ask(waiting.shift());
  }

  function bring(shown) { // scrollIntoView would move the portal's page as well
    conversation.scrollTop += shown.getBoundingClientRect().top - conversation.getBoundingClientRect().top - 8;
  }

  function excuse(line, said) {
    said.textContent = "";
    said.appendChild(make("div", "line", line));
    announce(line);
  }

  function complaint(question) {
    if (!question) return told.empty;
    return question.length > told.longest ? told.too_long.replace("{length}", question.length).replace("{most}", told.longest) : "";
  }

  function finish(question, answer, said) {
    said.innerHTML = answer.html; // made and escaped by the server, and held by a policy that runs and loads nothing
    for (const source of said.querySelectorAll("details")) source.open = false;
    if (answer.mode === "generative" && !answer.text.includes(told.generated)) said.appendChild(make("div", "label-generated", told.generated));
    if (answer.suggestions.length) said.appendChild(offer(answer.suggestions));
    if (answer.status !== "error") said.appendChild(judge(answer.id));
    turns = turns.concat({ role: "user", content: question }, { role: "assistant", content: answer.text.slice(0, TURN) }).slice(-TURNS);
    announce(told.answered + (answer.answer || said.querySelector(".reply").textContent));
    const shared = Object.assign({}, answer);
    delete shared.html;
    post({ type: "answer", answer: shared });
  }

  // ---- Over the wire ---------------------------------------------------------------------------------------------
  async function streamed(question, number, said) {
    const body = JSON.stringify({ question, history: turns, filters, html: true });
    for (let tries = 0; asking === number; tries += 1) {
      const response = await fetch("api/ask/stream", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (response.ok) return events(response.body.getReader(), number, said);
      const seconds = +response.headers.get("Retry-After") || 2;
      if (response.status !== 503 || tries >= PATIENCE) throw fault(response.status === 429 ? told.busy.replace("{seconds}", seconds) : told.failed);
      said.firstChild.textContent = told.preparing;
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    }
    return null;
  }

  async function events(reader, number, said) {
    reading = reader;
    const decoder = new TextDecoder();
    let left = "", answer = null;
    for (let piece = await reader.read(); !piece.done && asking === number; piece = await reader.read()) {
      const blocks = (left + decoder.decode(piece.value, { stream: true })).split("\n\n");
      left = blocks.pop();
      for (const block of blocks) {
        const [name, data] = block.split("\ndata: ");
        if (name === "event: text") said.innerHTML = JSON.parse(data).html; // as in finish
        if (name === "event: answer") answer = JSON.parse(data);
      }
    }
    if (!answer) throw fault(told.unreachable);
    return answer;
  }

  function fault(line) {
    const error = new Error(line);
    error.told = line;
    return error;
  }

  function stop() {
    if (!asking) return;
    busy(0);
    waiting = [];
    if (reading) reading.cancel().catch(() => {}); // it may have ended by itself
    conversation.lastElementChild.appendChild(make("div", "line", told.stopped));
    announce(told.stopped);
    box.focus();
  }

  // ---- What is beside an answer ----------------------------------------------------------------------------------
  function offer(questions) {
    const list = make("ul", "offered");
    for (const question of questions) {
      const button = list.appendChild(make("li")).appendChild(make("button", "", question));
      button.type = "button";
      button.addEventListener("click", () => ask(question));
    }
    return list;
  }

  function judge(id) {
    const place = make("div", "judge");
    const yes = place.appendChild(make("button", "", told.liked)), no = place.appendChild(make("button", "", told.disliked));
    yes.type = no.type = "button";
    yes.addEventListener("click", () => keep(place, { answer_id: id, liked: true }));
    no.setAttribute("aria-expanded", "false");
    no.addEventListener("click", () => {
      const reasons = place.querySelector("fieldset") || place.appendChild(complaints(place, id));
      reasons.hidden = no.getAttribute("aria-expanded") === "true";
      no.setAttribute("aria-expanded", String(!reasons.hidden));
      if (!reasons.hidden) bring(place);
    });
    return place;
  }

  function complaints(place, id) {
    const fields = make("fieldset");
    fields.hidden = true;
    fields.appendChild(make("legend", "", told.why));
    for (const reason of Object.keys(told.reasons)) {
      const label = fields.appendChild(make("label"));
      const check = label.appendChild(make("input"));
      check.type = "checkbox";
      check.value = reason;
      label.appendChild(document.createTextNode(" " + told.reasons[reason]));
    }
    const comment = fields.appendChild(make("textarea"));
    comment.rows = 2;
    comment.maxLength = told.longest_comment;
    comment.placeholder = told.comment;
    comment.setAttribute("aria-label", told.comment);
    fields.appendChild(make("p", "line", told.private));
    const send = fields.appendChild(make("button", "", told.submit));
    send.type = "button";
    send.addEventListener("click", () => {
      const reasons = Array.from(fields.querySelectorAll("input:checked")).map((check) => check.value);
      keep(place, { answer_id: id, liked: false, reasons, comment: comment.value });
    });
    return fields;
  }

  async function keep(place, judged) {
    let line = told.thanks;
    try {
      const response = await fetch("api/feedback", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(judged) });
      if (!response.ok) line = response.status === 404 ? told.gone : told.not_kept;
    } catch (error) { // told to the person, who may try again
      line = told.not_kept;
    }
    const hadFocus = place.contains(document.activeElement);
    if (line === told.thanks) place.textContent = line;
    else notice.textContent = line;
    announce(line);
    if (hadFocus) box.focus();
  }

  function openCitation(link) {
    const quote = document.getElementById(link.getAttribute("href").slice(1));
    if (!quote) return;
    for (const shown of conversation.querySelectorAll(".shown")) shown.classList.remove("shown");
    const source = quote.closest("details");
    if (source) source.open = true;
    quote.classList.add("shown");
    quote.tabIndex = -1;
    quote.focus({ preventScroll: true });
    bring(quote);
  }

  // ---- Small things ----------------------------------------------------------------------------------------------
  function make(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }

  function busy(number) {
    asking = number;
    part("send").hidden = Boolean(number);
    part("stop").hidden = !number;
    conversation.setAttribute("aria-busy", String(Boolean(number)));
  }

  function announce(line) {
    part("status").textContent = line;
  }

  function fit() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 132)}px`;
  }

  function trap(event) {
    const all = Array.from(document.querySelectorAll("button, a[href], textarea, input, summary, [tabindex='0']"));
    const open = all.filter((each) => each.offsetParent !== null && each.getClientRects().length);
    const edge = event.shiftKey ? open[0] : open[open.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? open[open.length - 1] : open[0]).focus();
  }

  // ---- The portal, if it has said who it is: messages go to that origin and come from it alone --------------------
  const portal = /^https?:\/\/[^/]+$/.test(given.get("origin") || "") && window.parent !== window ? given.get("origin") : "";

  function post(message) {
    if (portal) window.parent.postMessage(Object.assign({ policy: 1 }, message), portal);
  }

  window.addEventListener("message", (event) => {
    if (!portal || event.source !== window.parent || event.origin !== portal || !event.data || event.data.policy !== 1) return;
    if (event.data.type === "ask") ask(String(event.data.question));
    if (event.data.type === "focus") box.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (!isBubble()) return;
    if (event.key === "Escape") post({ type: "close" });
    if (event.key === "Tab") trap(event);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return; // 229: an input method at work
    event.preventDefault();
    ask(box.value);
  });
  box.addEventListener("input", fit);
  conversation.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    openCitation(link);
  });
  part("send").addEventListener("click", () => ask(box.value));
  part("stop").addEventListener("click", stop);
  part("new").addEventListener("click", () => { stop(); begin(); box.focus(); });
  part("close").addEventListener("click", () => post({ type: "close" }));
  dress();
  begin();
  post({ type: "ready" });
})();
