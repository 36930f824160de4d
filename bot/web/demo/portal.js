// What a portal may do with the widget: ask a question for a person, and hear of the answer.
document.getElementById("ask").addEventListener("click", () => window.PolicyWidget.ask("深圳2015年饮用水源达标率目标"));
document.addEventListener("DOMContentLoaded", () => {
  if (!window.PolicyWidget) return;
  window.PolicyWidget.on("answer", (answer) => { document.getElementById("heard").textContent = answer.answer || answer.status; });
});
