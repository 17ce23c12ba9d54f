// Small helps for pages that already work without it: the live word count, fields that appear when their
// radio or checkbox is chosen, and menus that close.
import { countWords, sentence } from "./words.js";

for (const shown of document.querySelectorAll("[data-word-count]")) {
  const box = document.getElementById(shown.dataset.wordCount);
  const limit = Number(shown.dataset.wordLimit);
  const spoken = document.createElement("div");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  shown.after(spoken);
  let waiting;
  const show = () => {
    const used = countWords(box.value);
    shown.textContent = sentence(used, limit);
    shown.classList.toggle("portal-word-count--over", used > limit);
    // Read out only once the writer pauses, or each key would interrupt.
    clearTimeout(waiting);
    waiting = setTimeout(() => { spoken.textContent = shown.textContent; }, 1000);
  };
  box.addEventListener("input", show);
}

const revealing = document.querySelectorAll("[data-reveals]");
const showRevealed = () => {
  for (const option of revealing) {
    document.getElementById(option.dataset.reveals).hidden = !option.checked;
  }
};
document.addEventListener("change", showRevealed);
// A page come back to by the browser's own button may have its choices restored after it was loaded.
window.addEventListener("pageshow", showRevealed);
showRevealed();

const menus = document.querySelectorAll("details.portal-menu");
document.addEventListener("click", (event) => {
  for (const menu of menus) {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    return;
  }
  for (const menu of menus) {
    if (menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

// Parts of a page that are still under way are fetched again every few seconds, until the page that comes
// back no longer asks for it. Without this script a link does the same.
const refreshing = () => document.querySelectorAll("[data-refresh]");
const refresh = async () => {
  try {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of refreshing()) {
        const next = fresh.getElementById(part.id);
        // Never under the reader's hands: a part that holds the focus waits for the next round.
        if (next && !part.contains(document.activeElement)) {
          part.replaceWith(document.adoptNode(next));
        }
      }
    }
  } catch {
    // The network may be back at the next round.
  }
  waitToRefresh();
};
const waitToRefresh = () => {
  const first = refreshing()[0];
  if (first) {
    setTimeout(refresh, Number(first.dataset.refresh) * 1000);
  }
};
waitToRefresh();
