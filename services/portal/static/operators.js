// Puts fresh figures in the place of older ones, once a second. Without it the page has a link that does the same.
"use strict";
(() => {
  const figures = document.getElementById("figures");
  const pause = document.getElementById("pause");
  const old = document.getElementById("old");
  const EVERY = 1000;
  let paused = false;

  async function refresh() {
    if (!paused && !document.hidden) {
      try {
        const answer = await fetch(figures.dataset.from, { redirect: "error", cache: "no-store" });
        if (!answer.ok) throw new Error(String(answer.status));
        const fresh = await answer.text();
        // Who reads with the keyboard keeps the place: nothing is replaced under a focus.
        if (!figures.contains(document.activeElement)) figures.innerHTML = fresh;
        if (old.textContent) old.textContent = "";
      } catch {
        if (!old.textContent) old.textContent = old.dataset.text;
      }
    }
    setTimeout(refresh, EVERY);
  }

  document.getElementById("reload").hidden = true;
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? pause.dataset.resume : pause.dataset.pause;
  });
  setTimeout(refresh, EVERY);
})();
