// What moves on the page of a region. Without this script the page is whole, and as old as its loading.
"use strict";
(() => {
  const root = document.getElementById("live");
  if (!root || !window.EventSource) return;
  const words = JSON.parse(document.getElementById("live-words").textContent);
  const language = document.documentElement.lang;
  const numbers = new Intl.NumberFormat(language);
  const button = root.querySelector("[data-pause]");
  const freshness = root.querySelector("[data-fresh]");
  const stale = root.querySelector("[data-stale]");
  const cells = new Map([...root.querySelectorAll("[data-cell]")].map((each) => [each.dataset.cell, each]));
  const POLL_MS = 5000;
  let source = null;
  let polling = 0;
  let failures = 0;

  const percent = (share) => {
    const places = share < 0.001 ? 3 : share < 0.1 ? 2 : 1;
    const format = new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: places });
    return `${format.format(100 * share)}\u00a0%`;
  };
  const signed = (number) => (number > 0 ? "+" : number < 0 ? "\u2212" : "\u00b1") + numbers.format(Math.abs(number));

  // As `compact` of the server, so that a square does not change its spelling when it moves.
  const compact = (number) => {
    for (const [size, names] of [[1e6, { id: " jt", en: "M" }], [1e3, { id: " rb", en: "k" }]]) {
      if (number >= size) {
        const places = number / size < 10 ? 1 : 0;
        const format = new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: places });
        return format.format(number / size) + names[language];
      }
    }
    return numbers.format(number);
  };

  const write = (name, text) => {
    const cell = cells.get(name);
    if (!cell || cell.textContent === text) return;
    cell.textContent = text;
    cell.classList.remove("is-changed");
    void cell.offsetWidth;
    cell.classList.add("is-changed");
  };

  const show = (prefix, figures) => {
    if (figures.persons !== null) {
      write(`${prefix}persons`, numbers.format(figures.persons));
      write(`${prefix}households`, numbers.format(figures.households));
    }
    if (figures.share !== null) write(`${prefix}share`, percent(figures.share));
    if (figures.clean !== null) write(`${prefix}clean`, percent(figures.clean));
    if (figures.week !== null) write(`${prefix}week`, signed(figures.week));
  };

  const paint = (figures) => {
    const tile = root.querySelector(`[data-tile="${figures.region}"]`);
    if (!tile) return;
    for (const name of [...tile.classList]) if (name === "hatch" || name.startsWith("shade-")) tile.classList.remove(name);
    tile.classList.add(figures.shade === null ? "hatch" : `shade-${figures.shade}`);
    const value = tile.querySelector(".tile-value");
    if (root.dataset.measure === "share" && figures.share !== null) value.textContent = percent(figures.share);
    if (root.dataset.measure === "people" && figures.persons !== null) value.textContent = compact(figures.persons);
  };

  const tellFreshness = (fresh) => {
    stale.hidden = !fresh.stale;
    if (fresh.counted_at) {
      const time = new Date(fresh.counted_at).toLocaleTimeString("en-GB", { timeZone: "Asia/Jakarta" });
      const behind = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
      freshness.textContent = words.fresh.replace("{time}", `${time} WIB`).replace("{behind}", behind.format(fresh.behind));
    }
  };

  const take = (message) => {
    failures = 0;
    root.classList.remove("is-lost");
    tellFreshness(message.fresh);
    // Closed: the figures are final, and the page is another one.
    if (message.final) return location.reload();
    if (!message.region) return;
    // A page that showed nothing has no cells for what there is now.
    if (message.region.persons !== null && !cells.has("households")) return location.reload();
    show("", message.region);
    if (message.region.rate !== null) write("rate", numbers.format(Math.round(60 * message.region.rate)));
    const fill = root.querySelector("[data-fill]");
    if (fill && message.region.share !== null) fill.setAttribute("width", Math.min(100, 100 * message.region.share));
    for (const figures of message.children) {
      show(`${figures.region}:`, figures);
      paint(figures);
    }
    root.dataset.step = message.step;
    root.classList.remove("is-moving");
    void root.offsetWidth;
    root.classList.add("is-moving");
  };

  const poll = async () => {
    try {
      const answer = await fetch(`${root.dataset.poll}?measure=${root.dataset.measure}`);
      if (answer.ok) take(await answer.json());
    } catch {
      root.classList.add("is-lost");
    }
  };

  const stop = () => {
    if (source) source.close();
    source = null;
    clearInterval(polling);
    polling = 0;
  };

  const start = () => {
    stop();
    source = new EventSource(`${root.dataset.stream}?measure=${root.dataset.measure}&after=${root.dataset.step}`);
    source.onmessage = (event) => take(JSON.parse(event.data));
    source.onerror = () => {
      root.classList.add("is-lost");
      failures += 1;
      // Something between here and there does not let streams through, or answered that there is none (the browser does
      // not try again then): ask every few seconds instead.
      if (failures >= 3 || source.readyState === EventSource.CLOSED) {
        stop();
        polling = setInterval(poll, POLL_MS);
      }
    };
  };

  const paused = () => new URLSearchParams(location.search).has("paused");
  const tellPaused = () => {
    button.textContent = paused() ? button.dataset.pausedLabel : words.pause;
    root.classList.toggle("is-paused", paused());
  };
  button.addEventListener("click", () => {
    const address = new URL(location.href);
    if (paused()) address.searchParams.delete("paused");
    else address.searchParams.set("paused", "1");
    history.replaceState(null, "", address);
    tellPaused();
    if (paused()) stop();
    else start();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop();
    else if (!paused()) start();
  });

  button.hidden = false;
  tellPaused();
  if (!paused()) start();
})();
