// Helps on the pages of judging, which all work without it: single keys, which can be turned off, and Ctrl
// with Enter to save.
const STORED = "portal-keys";
const panel = document.querySelector("[data-keys]");
const form = document.querySelector("[data-score-form]");
const box = document.getElementById("use-keys");

const remembered = () => {
  try { return localStorage.getItem(STORED); } catch { return null; }
};
const remember = (value) => {
  try { localStorage.setItem(STORED, value); } catch { /* private windows keep nothing */ }
};

if (panel && box) {
  panel.hidden = false;
  box.checked = remembered() !== "off";
  box.addEventListener("change", () => remember(box.checked ? "on" : "off"));
}

const isTyping = (target) => target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");

document.addEventListener("keydown", (event) => {
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]"));
    return;
  }
  if (!box?.checked || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
    return;
  }
  const radio = form?.querySelector(`input[name=score][value="${CSS.escape(event.key)}"]`);
  if (radio) {
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    return;
  }
  document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
});
