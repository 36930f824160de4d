// Conversations kept in this browser: the present one, a list of them, opening and deleting. What is kept is data, never HTML.
(() => {
  const KEY = "policy.conversations";
  const dialog = () => document.getElementById("history");
  const newId = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  let present = sessionStorage.getItem("policy.present") ?? newId();

  const all = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept.filter((each) => each && Array.isArray(each.exchanges)) : [];
    } catch {
      return [];
    }
  };
  /** Write the conversations, the oldest left out where the browser gives no more room. */
  const write = (conversations) => {
    for (let kept = conversations.slice(0, policy.conversations); ; kept = kept.slice(0, -1)) {
      try {
        return localStorage.setItem(KEY, JSON.stringify(kept));
      } catch {
        if (!kept.length) return;
      }
    }
  };
  const become = (id) => { present = id; sessionStorage.setItem("policy.present", id); };

  policy.exchanges = []; // as they stand on the page: null for a question whose answer did not come
  const hold = (exchanges) => {
    policy.exchanges = exchanges;
    policy.write("held", exchanges.filter(Boolean)); // for a server that was started anew
  };
  policy.hear.kept = ({ first, exchanges }) => {
    const before = Array.from({ length: first }, (_, n) => policy.exchanges[n] ?? null);
    hold([...before, ...exchanges]);
    become(present);
    const kept = policy.exchanges.filter(Boolean);
    write([{ id: present, time: Date.now(), exchanges: kept }, ...all().filter((each) => each.id !== present)]);
  };
  policy.hear.begin = () => {
    if (policy.exchanges.length) become(newId());
    hold([]);
    policy.focusBox();
  };
  policy.hear.opened = (lists) => {
    policy.hear.offered(lists);
    const was = all().find((each) => each.id === present);
    if (was) reopen(was);
    policy.focusBox();
  };

  const reopen = (conversation) => {
    become(conversation.id);
    hold(conversation.exchanges);
    if (dialog().open) dialog().close();
    policy.tell("do-open", conversation.exchanges);
  };
  const remove = (id) => {
    write(all().filter((each) => each.id !== id));
    list();
    (dialog().querySelector(".conversations button") ?? dialog().querySelector(".close")).focus();
  };
  const button = (name, text, act, label) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const entry = (conversation) => {
    const title = String(conversation.exchanges[0]?.question ?? "");
    const open = button("open", title, () => reopen(conversation));
    const time = document.createElement("time");
    time.textContent = new Date(conversation.time).toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" });
    open.append(time);
    const item = document.createElement("li");
    const label = `${policy.texts.HISTORY_DELETE}：${title}`;
    item.append(open, button("delete", policy.texts.HISTORY_DELETE, () => remove(conversation.id), label));
    return item;
  };
  const list = () => {
    const conversations = all(), place = dialog().querySelector(".conversations");
    place.replaceChildren(...conversations.map(entry));
    if (!conversations.length) {
      const none = document.createElement("li");
      none.className = "hint";
      none.textContent = policy.texts.HISTORY_EMPTY;
      place.append(none);
    }
    const clear = dialog().querySelector(".delete-all");
    clear.hidden = !conversations.length;
    clear.textContent = policy.texts.HISTORY_DELETE_ALL;
    delete clear.dataset.sure;
  };

  policy.openHistory = () => { list(); dialog().showModal(); };
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("dialog button.close")) event.target.closest("dialog").close();
    const clear = event.target.closest?.("#history .delete-all");
    if (!clear) return;
    if (clear.dataset.sure) { write([]); list(); dialog().querySelector(".close").focus(); return; }
    clear.dataset.sure = "yes";
    clear.textContent = policy.texts.HISTORY_DELETE_SURE;
  });
})();
