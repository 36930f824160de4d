// What a person thinks of a reply: a click where it helped, a small dialog for the reasons where it did not.
(() => {
  const KEY = "policy.judged";
  const dialog = () => document.getElementById("judge");
  const answerId = (n) => policy.exchanges[n]?.answer?.id;
  const judged = () => JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  let asked = null;

  const tell = (n, liked, reasons = [], comment = "") => {
    const id = answerId(n);
    policy.tell("do-judge", { answer_id: id, liked, reasons, comment });
    sessionStorage.setItem(KEY, JSON.stringify({ ...judged(), [id]: liked }));
    policy.markJudged();
  };

  policy.judge = (n, liked) => {
    if (liked) return tell(n, true);
    asked = n;
    dialog().querySelector("form").reset();
    dialog().showModal();
  };
  policy.markJudged = () => {
    const known = judged();
    for (const answer of document.querySelectorAll("#conversation .answer")) {
      const liked = known[answerId(Number(answer.id.slice(1)))];
      answer.querySelector(".act.like")?.setAttribute("aria-pressed", liked === true);
      answer.querySelector(".act.dislike")?.setAttribute("aria-pressed", liked === false);
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.parentElement?.id !== "judge") return;
    const reasons = [...form.querySelectorAll("[name=reason]:checked")].map((each) => each.value);
    tell(asked, false, reasons, form.elements.comment.value);
  });
})();
