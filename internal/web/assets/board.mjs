// A figure of a dashboard opens in its place where script runs; without it the same address opens the page with it.
document.querySelectorAll(".board-table a.opener").forEach((a) => {
  a.addEventListener("click", async (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) { return; }
    e.preventDefault();
    const row = a.closest("tr"), below = row.nextElementSibling;
    if (below && below.classList.contains("opened")) {
      below.remove();
      row.classList.remove("open-row");
      a.setAttribute("aria-expanded", "false");
      return;
    }
    const at = new URL(a.href), ask = new URLSearchParams(at.search);
    ask.delete("open");
    const answer = await fetch(a.dataset.opens + (ask.toString() ? "?" + ask : ""));
    if (!answer.ok) { location.href = a.href; return; }
    const tr = document.createElement("tr"), td = document.createElement("td");
    tr.className = "opened";
    td.colSpan = row.children.length;
    td.innerHTML = await answer.text();
    tr.append(td);
    row.after(tr);
    row.classList.add("open-row");
    a.setAttribute("aria-expanded", "true");
  });
});
