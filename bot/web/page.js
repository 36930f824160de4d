// Keep the newest question at the top of the conversation when it is asked and when it is answered, rather than the reply's end;
// and let a screen reader read the messages themselves (Gradio labels each with its source text).
(() => {
  let seen = "";
  const look = () => {
    const conversation = document.getElementById("conversation");
    if (!conversation) return;
    for (const message of conversation.querySelectorAll("[data-testid][aria-label]")) message.removeAttribute("aria-label");
    const asked = conversation.querySelectorAll(".user-row");
    const state = `${asked.length} ${conversation.querySelectorAll(".answer").length}`;
    if (state === seen) return;
    seen = state;
    if (asked.length) asked[asked.length - 1].scrollIntoView({ block: "start" });
  };
  document.documentElement.lang = "zh-CN";
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
})();
