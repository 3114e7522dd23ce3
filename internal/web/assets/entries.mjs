// A table of entries is worked like a spreadsheet where script runs; without it, it is a form of inputs.
const form = document.getElementById("entries");
if (form) {
  const rows = [...form.querySelectorAll("tr[data-row]")].map((tr) => [...tr.children].map((td) => td.querySelector("[data-cell]")));
  const at = (cell) => {
    for (let r = 0; r < rows.length; r++) {
      const c = rows[r].indexOf(cell);
      if (c >= 0) { return [r, c]; }
    }
    return null;
  };
  const go = (r, c, dr, dc) => {
    for (r += dr, c += dc; r >= 0 && r < rows.length && c >= 0 && c < rows[r].length; r += dr, c += dc) {
      const cell = rows[r][c];
      if (cell) {
        cell.focus();
        if (cell.select) { cell.select(); }
        return true;
      }
    }
    return false;
  };
  const tell = (cell) => cell.dispatchEvent(new Event("change", { bubbles: true }));
  const put = (cell, text) => {
    if (cell.tagName === "SELECT") {
      const o = [...cell.options].find((x) => x.value === text || x.text.trim() === text);
      if (o) { cell.value = o.value; }
    } else {
      cell.value = text;
    }
    cell.closest("tr").classList.add("touched");
  };
  form.addEventListener("focusin", (e) => { if (e.target.dataset.cell !== undefined) { e.target.dataset.was = e.target.value; } });
  form.addEventListener("input", (e) => { if (e.target.dataset.cell !== undefined) { e.target.closest("tr").classList.add("touched"); } });
  form.addEventListener("keydown", (e) => {
    const cell = e.target, where = cell.dataset.cell === undefined ? null : at(cell);
    if (!where || e.ctrlKey || e.metaKey || e.altKey) { return; }
    const [r, c] = where, text = cell.tagName === "INPUT";
    let moved = false;
    if (e.key === "Enter") {
      moved = true; // goes down, and does not send the form
      go(r, c, e.shiftKey ? -1 : 1, 0);
    } else if (e.key === "ArrowDown" && text) {
      moved = go(r, c, 1, 0);
    } else if (e.key === "ArrowUp" && text) {
      moved = go(r, c, -1, 0);
    } else if (e.key === "ArrowLeft" && (!text || cell.selectionStart === 0)) {
      moved = go(r, c, 0, -1);
    } else if (e.key === "ArrowRight" && (!text || cell.selectionEnd === cell.value.length)) {
      moved = go(r, c, 0, 1);
    } else if (e.key === "Escape" && cell.dataset.was !== undefined) {
      put(cell, cell.dataset.was);
      tell(cell);
      moved = true;
    }
    if (moved) { e.preventDefault(); }
  });
  form.addEventListener("keypress", (e) => { if (e.key === "Enter" && e.target.dataset.cell !== undefined) { e.preventDefault(); } });
  // a block copied from a spreadsheet fills the cells from here on, down and to the right; cells that are not open are passed over
  form.addEventListener("paste", (e) => {
    const where = e.target.dataset.cell === undefined ? null : at(e.target);
    const text = e.clipboardData ? e.clipboardData.getData("text/plain") : "";
    if (!where || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) { return; }
    e.preventDefault();
    const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n");
    lines.forEach((line, i) => {
      const row = rows[where[0] + i];
      if (!row) { return; }
      let last = null;
      line.split("\t").forEach((x, j) => {
        const cell = row[where[1] + j];
        if (cell) { put(cell, x.trim()); last = cell; }
      });
      if (last) { tell(last); }
    });
  });
  let sent = false;
  form.addEventListener("submit", () => { sent = true; });
  window.addEventListener("beforeunload", (e) => { if (!sent && form.querySelector("tr.touched")) { e.preventDefault(); } });
}
