// What a comparison's page does: sorts tables, filters the wall, enlarges pictures, switches light and dark.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const say = (text) => { one("said").textContent = text; };

  // --- tables

  // What has no number stays at the end, whichever way the rest is sorted; equal rows keep their order.
  const sort = (head) => {
    const order = { none: head.dataset.first, ascending: "descending", descending: "ascending" }[head.getAttribute("aria-sort")];
    const body = head.closest("table").tBodies[0];
    const value = (row) => parseFloat(row.cells[head.cellIndex].dataset.value);
    const sign = order === "ascending" ? 1 : -1;
    const rows = [...body.rows].map((row) => [value(row), row]);
    rows.sort(([a], [b]) => Number.isNaN(a) - Number.isNaN(b) || (a === b ? 0 : sign * (a < b ? -1 : 1)) || 0);
    for (const other of all("th", head.parentNode)) other.setAttribute("aria-sort", other === head ? order : "none");
    head.closest("table").dataset.sorted = order;
    body.append(...rows.map(([, row]) => row));
    say(`Sorted by ${head.querySelector("span").textContent}, ${order}`);
  };
  for (const button of all(".figures thead button")) button.addEventListener("click", () => sort(button.closest("th")));

  // --- light and dark

  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const theme = one("theme");
  const show = () => {
    theme.textContent = dark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", dark() ? "Show this page in light colours" : "Show this page in dark colours");
  };
  theme.hidden = false;
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; show(); });
  system.addEventListener("change", show);
  show();

  // --- the wall

  const wall = one("wall");
  if (!wall) return;
  const FIRST = 40;
  for (const image of all("img[data-same]", wall)) {
    const same = one(image.dataset.same);
    image.width = same.width;
    image.height = same.height;
    image.src = same.src;
  }
  const cases = all(".case", wall).map((row) => ({
    row,
    attribute: row.dataset.attribute,
    face: row.dataset.face,
    results: all(".result", row).map((figure) => ({
      figure,
      method: figure.dataset.method,
      worst: Number(figure.dataset.worst),
      missed: figure.dataset.reached === "false",
    })),
  }));
  let limit = FIRST;
  let shown = [];
  const methods = all("input[name=method]");
  const names = new Intl.Collator(undefined, { numeric: true });

  // The worst of a row is that of the methods that are shown.
  const worst = (item) => Math.max(-1, ...item.seen.map((result) => result.worst));
  const arrange = () => {
    const hidden = new Set(methods.filter((box) => !box.checked).map((box) => box.value));
    const attribute = one("attribute").value;
    const missed = one("missed").checked;
    const order = one("order").value;
    for (const item of cases) {
      for (const result of item.results) result.figure.hidden = hidden.has(result.method);
      item.seen = item.results.filter((result) => !result.figure.hidden);
    }
    const found = cases.filter((item) => (!attribute || item.attribute === attribute) && item.seen.length
      && (!missed || item.seen.some((result) => result.missed)));
    const compare = {
      worst: (a, b) => worst(b) - worst(a),
      best: (a, b) => worst(a) - worst(b),
      face: (a, b) => names.compare(a.face, b.face),
    }[order];
    found.sort(compare);
    shown = found.map((item) => item.row);
    wall.replaceChildren(...shown.slice(0, limit));
    const more = shown.length > limit;
    one("more").parentNode.hidden = !more;
    one("more").textContent = `Show ${Math.min(FIRST, shown.length - limit)} more`;
    one("every").textContent = `Show all ${shown.length}`;
    one("count").textContent = `${Math.min(limit, shown.length)} of ${cases.length} rows shown`;
  };
  one("filters").addEventListener("change", () => { limit = FIRST; arrange(); });
  one("filters").addEventListener("submit", (event) => event.preventDefault());
  one("more").addEventListener("click", () => { limit += FIRST; arrange(); });
  one("every").addEventListener("click", () => { limit = Infinity; arrange(); });
  one("filters").reset();
  arrange();

  // --- enlarged

  const box = one("enlarged");
  let current = null;
  const buttons = () => all("button", wall).filter((button) => !button.closest("[hidden]"));
  const place = (name, button) => {
    const image = one(`${name}-picture`);
    const small = button.querySelector("img").src;
    image.onerror = () => { image.onerror = null; image.src = small; };
    image.src = button.dataset.full || small;
    image.alt = button.dataset.title;
    one(`${name}-name`).textContent = button.nextElementSibling.querySelector("b").textContent;
  };
  const enlarge = (button) => {
    current = button;
    const row = button.closest(".case");
    const input = row.querySelector(".input button");
    const paired = input && input !== button;
    one("before").hidden = !paired;
    one("before").parentNode.classList.toggle("single", !paired);
    if (paired) place("before", input);
    place("after", button);
    const heading = row.querySelector("h3");
    one("enlarged-title").textContent = [...heading.children].map((part) => part.textContent).join(" · ");
    const parts = [...button.nextElementSibling.children].slice(1).map((part) => part.cloneNode(true));
    one("enlarged-values").replaceChildren(...parts);
    const list = buttons();
    one("previous").setAttribute("aria-disabled", list[0] === button);
    one("next").setAttribute("aria-disabled", list[list.length - 1] === button);
  };
  const step = (by) => {
    const list = buttons();
    const next = list[list.indexOf(current) + by];
    if (next) enlarge(next);
  };
  // The same method's picture of the row above or below, where that row has one.
  const stepRow = (by) => {
    const rows = all(".case", wall);
    const method = current.closest("figure").dataset.method;
    for (let at = rows.indexOf(current.closest(".case")) + by; rows[at]; at += by) {
      const figure = method === undefined ? rows[at].querySelector(".input") : all(".result", rows[at]).find((f) => f.dataset.method === method);
      const button = figure && figure.querySelector("button");
      if (button) { enlarge(button); return; }
    }
  };
  wall.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    enlarge(button);
    box.showModal();
  });
  one("previous").addEventListener("click", () => step(-1));
  one("next").addEventListener("click", () => step(1));
  one("close").addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), ArrowUp: () => stepRow(-1), ArrowDown: () => stepRow(1) }[event.key];
    if (move) { event.preventDefault(); move(); }
  });
  box.addEventListener("close", () => { if (current) { current.focus(); current.scrollIntoView({ block: "nearest" }); } });
})();
