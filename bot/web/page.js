// The chat page's own behaviour: what is done with a question or a reply, the live region, downloads. Gradio does the rest.
// Other scripts of the page add to `policy`, which holds the texts (`policy.texts`).
(() => {
  const $ = (selector, inside = document) => inside.querySelector(selector);
  const say = (text) => { $("#live").textContent = text; };
  const plain = (element) => element.innerText.trim();
  const number = (element) => Number(element.closest("[id^=s], [id^=q]").id.match(/^[sq](\d+)/)[1]);

  /** Hand `value` to the server through the hidden button `name`. */
  const tell = (name, value) => { write("sent", value); $(`#${name}`).click(); };
  /** Write `value` where the server reads it with its next event. */
  const write = (place, value) => {
    const text = $(`#${place} textarea`);
    text.value = JSON.stringify(value);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  /** Do what the server tells, once; other scripts add to `hear`. */
  const hear = {
    focus: () => policy.focusBox(),
    file: (file) => download(file),
  };
  let last = "";
  const listen = () => {
    const told = $("#told .told")?.textContent ?? "";
    if (!told || told === last) return;
    last = told;
    const { what, value } = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(told), (c) => c.charCodeAt(0))));
    hear[what](value);
  };

  const copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return say(policy.texts.NOT_COPIED) ?? window.alert(policy.texts.NOT_COPIED);
    }
    const label = button.textContent;
    button.textContent = policy.texts.COPIED;
    say(policy.texts.COPIED);
    setTimeout(() => { button.textContent = label; }, 1500);
  };

  /** The reply as text with its sources as official texts cite them. */
  const withSources = (answer) => {
    const cited = [...answer.querySelectorAll(".sources .as-cited")].map((each, n) => `[${n + 1}] ${each.textContent}`);
    const numbered = [...answer.querySelectorAll(".sources .quote")].map((quote, n) => [Number($(".number", quote).textContent), cited[n]]);
    const lines = numbered.sort((a, b) => a[0] - b[0]).map(([n, line]) => line.replace(/^\[\d+\]/, `[${n}]`));
    return [plain($(".reply", answer)), ...lines].join("\n");
  };

  /** The label that goes along with whatever is copied out of a generated reply; the reply's own text has it already. */
  const label = (answer) => (answer.classList.contains("mode-generative") ? `\n${policy.texts.GENERATED}` : "");

  const acts = {
    copy: (button) => copy(withSources(button.closest(".answer")), button),
    cite: (button) => copy($(".as-cited", button.parentElement).textContent + label(button.closest(".answer") ?? $(".answer.beside")), button),
    edit: (button) => tell("do-edit", number(button)),
    again: (button) => tell("do-again", number(button)),
    table: (button) => tell("do-table", number(button)),
    like: (button) => policy.judge(number(button), true),
    dislike: (button) => policy.judge(number(button), false),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.act");
    if (!button) return;
    const name = Object.keys(acts).find((each) => button.classList.contains(each));
    if (name) acts[name](button);
  });

  policy.hear = hear;
  policy.tell = tell;
  policy.write = write;
  policy.say = say;
  policy.focusBox = () => { const box = $("#question textarea"); box.focus(); box.setSelectionRange(box.value.length, box.value.length); };
  const download = (file) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.text], { type: "text/plain;charset=utf-8" }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  // Gradio reads out the whole conversation with each piece of a reply; here each sentence is read once, when it is whole.
  let heard = "";
  const read = (conversation) => {
    const coming = [...conversation.querySelectorAll(".coming")].pop();
    if (coming) {
      const whole = plain(coming).match(/^[\s\S]*[。！？\n]/)?.[0] ?? (coming.querySelector(".line") ? plain(coming) : "");
      if (whole && whole !== heard) say(whole.startsWith(heard) ? whole.slice(heard.length) : whole);
      heard = whole || heard;
    }
  };
  const ended = (answer) => {
    const sources = answer.querySelectorAll(".sources .quote").length;
    const end = sources ? policy.texts.ANSWERED.replace("{count}", sources) : policy.texts.ANSWERED_WITHOUT;
    const reply = plain($(".reply", answer));
    say(`${heard && reply.startsWith(heard) ? reply.slice(heard.length) : reply} ${end}`);
    heard = "";
  };

  /** Put what Gradio cannot hold on the page: live region and dialogs, and the sources' place beside the chat. */
  const furnish = () => {
    const column = $("#beside-column"), filters = $("#filters"), box = $("#ask textarea"), history = $("#open-history"), notice = $("#notice-line"), skip = $(".skip");
    if (!column || !filters || !box || !history || !notice || !skip || $("#live")) return; // Gradio shows them one by one
    document.body.insertAdjacentHTML("beforeend", policy.added);
    column.append($("#beside"));
    filters.append($("#filter-lists"));
    notice.setAttribute("aria-live", "polite");
    box.setAttribute("enterkeyhint", "send");
    history.addEventListener("click", () => policy.openHistory());
    skip.addEventListener("click", (event) => { event.preventDefault(); policy.focusBox(); });
  };

  // Keep the newest question at the top when it is asked and when it is answered, rather than the reply's end.
  let seen = "", answers = 0;
  const look = () => {
    listen();
    furnish();
    const conversation = $("#conversation");
    const log = conversation && $("[role=log]", conversation);
    if (!log) return;
    log.setAttribute("aria-live", "off");
    log.setAttribute("aria-label", policy.texts.CONVERSATION);
    $(".examples", log)?.setAttribute("role", "group");
    log.tabIndex = 0; // so that it scrolls by keyboard
    for (const message of log.querySelectorAll("[data-testid][aria-label]")) message.removeAttribute("aria-label");
    read(log);
    const asked = log.querySelectorAll(".user-row"), replies = log.querySelectorAll(".answer");
    const state = `${asked.length} ${replies.length}`;
    if (state === seen) return;
    seen = state;
    $("#stage").classList.toggle("talking", asked.length > 0);
    if (asked.length) asked[asked.length - 1].scrollIntoView({ block: "start" });
    const reply = replies[replies.length - 1], row = [...log.querySelectorAll(".bot-row")].pop();
    if (replies.length > answers && row.contains(reply)) ended(reply);
    answers = replies.length;
    policy.answered?.(reply);
    policy.markJudged?.();
  };
  document.documentElement.lang = "zh-CN";
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
