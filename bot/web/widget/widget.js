// The portal's one script tag: a button that opens the policy chat in an isolated frame. Options are data-… of the tag.
// Written for browsers of ES2017. Sets no cookie, keeps nothing, loads nothing until it is opened, and changes nothing of
// the page but one element and the name PolicyWidget. All styles are set one by one, so a strict style-src lets them pass.
(function () {
  "use strict";
  const script = document.currentScript;
  if (!script || window.PolicyWidget) return;
  const data = script.dataset;
  const home = new URL(".", script.src);
  const TITLE = data.title || "政策问答", CLOSE = "关闭" + TITLE, SLOW = 10000; // milliseconds until a frame counts as refused
  const color = /^#[0-9a-f]{6}$/i.test(data.color || "") ? data.color : "#1b4f8f";
  const isLeft = data.position === "left", isInline = Boolean(data.inline);
  const phone = matchMedia("(max-width: 600px)");
  const listeners = {};
  let button, panel, frame, isOpen = false, isReady = false, waiting = [];

  function address() {
    const url = new URL("embed", home);
    const wanted = {
      origin: location.origin, mode: isInline ? "inline" : "bubble", title: data.title, greeting: data.greeting, color: data.color,
      scheme: data.scheme, region: data.region, year: data.year, issuer: data.issuer, document_id: data.document,
    };
    for (const name of Object.keys(wanted)) if (wanted[name]) url.searchParams.set(name, wanted[name]);
    for (const question of (data.questions || "").split("|")) if (question.trim()) url.searchParams.append("q", question.trim());
    return url.href;
  }

  function build() {
    const host = document.createElement("div");
    style(host, { all: "initial" });
    const inside = host.attachShadow({ mode: "open" });
    panel = inside.appendChild(document.createElement("div"));
    if (isInline) {
      const place = document.querySelector(data.inline);
      if (!place) return console.warn(`PolicyWidget: nothing matches data-inline="${data.inline}".`);
      style(host, { all: "initial", display: "block" });
      style(panel, { height: data.height || "640px" });
      place.appendChild(host);
      return load();
    }
    button = inside.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = data.label || TITLE;
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => (isOpen ? close() : open()));
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-modal", "true");
    panel.setAttribute("aria-label", TITLE);
    inside.addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen) close(); });
    phone.addListener(place);
    place();
    document.body.appendChild(host);
  }

  function place() {
    const side = isLeft ? "left" : "right", full = phone.matches;
    style(button, {
      position: "fixed", bottom: "20px", [side]: "20px", "z-index": "2147483000", display: isOpen && full ? "none" : "block",
      background: color, color: isLight(color) ? "#111" : "#fff", border: "2px solid #fff", "border-radius": "26px", cursor: "pointer",
      font: "600 16px/1 system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif", padding: "16px 20px",
      "box-shadow": "0 3px 14px rgba(0, 0, 0, .3)",
    });
    style(panel, {
      position: "fixed", bottom: full ? "0" : "88px", top: full ? "0" : "auto", left: full || isLeft ? (full ? "0" : "20px") : "auto",
      right: full || !isLeft ? (full ? "0" : "20px") : "auto", width: full ? "100%" : "400px", height: full ? "100%" : "640px",
      "max-height": full ? "none" : "calc(100vh - 108px)", "z-index": "2147483001", display: isOpen ? "block" : "none",
      background: "#fff", "border-radius": full ? "0" : "12px", overflow: "hidden", "box-shadow": "0 6px 30px rgba(0, 0, 0, .35)",
    });
  }

  function load() {
    frame = panel.appendChild(document.createElement("iframe"));
    frame.title = TITLE;
    frame.referrerPolicy = "origin";
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    style(frame, { border: "0", display: "block", height: "100%", width: "100%" });
    frame.src = address();
    setTimeout(() => {
      if (isReady) return;
      console.warn(`PolicyWidget: ${home.origin} does not answer. Is ${location.origin} named in its POLICY_EMBED_ORIGINS?`);
      tell("error", { reason: "refused" });
    }, SLOW);
  }

  function open() {
    if (isInline) return panel && panel.scrollIntoView({ block: "nearest" });
    if (isOpen || !panel) return;
    isOpen = true;
    if (!frame) load();
    place();
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-label", CLOSE);
    frame.focus();
    send({ type: "focus" });
    tell("open", {});
  }

  function close() {
    if (isInline || !isOpen) return;
    isOpen = false;
    place();
    button.setAttribute("aria-expanded", "false");
    button.removeAttribute("aria-label");
    button.focus();
    tell("close", {});
  }

  function ask(question) {
    open();
    send({ type: "ask", question: String(question) });
  }

  function on(name, listener) {
    (listeners[name] = listeners[name] || []).push(listener);
    return () => { listeners[name] = listeners[name].filter((each) => each !== listener); };
  }

  function tell(name, detail) {
    for (const listener of listeners[name] || []) {
      try {
        listener(detail);
      } catch (error) { // the portal's own mistake, told where the portal's developer looks
        console.error(error);
      }
    }
  }

  function send(message) {
    if (isReady) frame.contentWindow.postMessage(Object.assign({ policy: 1 }, message), home.origin);
    else waiting.push(message);
  }

  window.addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home.origin || !event.data || event.data.policy !== 1) return;
    const { type, question, answer } = event.data;
    if (type === "ready") {
      isReady = true;
      waiting.splice(0).forEach(send);
    }
    if (type === "close") close();
    if (type === "asked") tell("ask", { question });
    if (type === "answer") tell("answer", answer);
  });

  function style(element, rules) {
    for (const name of Object.keys(rules)) element.style.setProperty(name, rules[name], "important");
  }

  function isLight(hex) {
    const [r, g, b] = [1, 3, 5].map((at) => Math.pow(parseInt(hex.slice(at, at + 2), 16) / 255, 2.2));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18; // where black is read better than white
  }

  Object.defineProperty(window, "PolicyWidget", { value: Object.freeze({ open, close, ask, on }) });
  if (document.body && document.readyState !== "loading") build();
  else document.addEventListener("DOMContentLoaded", build);
})();
