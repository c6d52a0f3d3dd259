"use strict";
(() => {
  const body = document.body;
  const decisions = [...document.querySelectorAll(".decision")];
  const place = document.getElementById("place");
  let current = -1;

  const setView = (view) => {
    body.dataset.view = view;
    for (const button of document.querySelectorAll("[data-set-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setView === view));
    }
  };

  // In the view "after" what was taken out is not there to be stepped on.
  const isShown = (element) => element.getClientRects().length > 0;

  const nearest = (step) => {
    const line = 120;
    if (step > 0) return decisions.findIndex((d) => isShown(d) && d.getBoundingClientRect().top > line);
    return decisions.findLastIndex((d) => isShown(d) && d.getBoundingClientRect().top < line - 40);
  };

  const move = (step) => {
    let next = current < 0 ? nearest(step) : current + step;
    while (decisions[next] && !isShown(decisions[next])) next += step;
    if (!decisions[next]) return;
    decisions[current]?.classList.remove("current");
    current = next;
    const target = decisions[current];
    target.classList.add("current");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center", behavior: "instant" });
    place.textContent = `Decision ${current + 1} of ${decisions.length}: ${target.dataset.name}`;
  };

  const sortBy = (table, column, button) => {
    const rows = [...table.tBodies[0].rows];
    const falling = button.closest("th").getAttribute("aria-sort") !== "descending";
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    const numeric = rows.every((row) => row.cells[column].dataset.value !== undefined);
    rows.sort((a, b) => {
      const order = numeric ? value(a) - value(b) : value(a).localeCompare(value(b));
      return falling ? -order : order;
    });
    table.tBodies[0].append(...rows);
    for (const th of table.tHead.rows[0].cells) th.removeAttribute("aria-sort");
    button.closest("th").setAttribute("aria-sort", falling ? "descending" : "ascending");
  };

  for (const table of document.querySelectorAll("#rules-table")) {
    [...table.tHead.rows[0].cells].forEach((th, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = th.textContent;
      button.addEventListener("click", () => sortBy(table, column, button));
      th.replaceChildren(button);
    });
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    b: () => setView("before"),
    a: () => setView("after"),
    d: () => setView("difference"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    keys[event.key]?.();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) {
      const decision = event.target.closest(".decision");
      if (decision) current = decisions.indexOf(decision);
    } else if (button.dataset.setView) setView(button.dataset.setView);
    else if (button.dataset.move) move(Number(button.dataset.move));
    else if ("themeSwitch" in button.dataset) {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
      document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
    }
  });

  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

  document.getElementById("tools").hidden = false;
})();
