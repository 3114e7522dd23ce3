// The console works without script; this makes it quicker.
(function () {
  "use strict";
  var q = document.getElementById("q");
  document.addEventListener("keydown", function (e) {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k" && q) { e.preventDefault(); q.focus(); q.select(); }
    if (e.key === "Escape") {
      var found = document.getElementById("found");
      if (found) { found.textContent = ""; }
      document.querySelectorAll("details.menu[open]").forEach(function (d) { d.open = false; d.querySelector("summary").focus(); });
      if (location.hash && document.querySelector("dialog:target")) { location.hash = "main"; }
    }
    if ((e.key === "ArrowDown" || e.key === "ArrowUp") && q && e.target.closest(".command")) {
      var links = Array.prototype.slice.call(document.querySelectorAll("#found a"));
      if (!links.length) { return; }
      e.preventDefault();
      var i = links.indexOf(document.activeElement) + (e.key === "ArrowDown" ? 1 : -1);
      (links[i] || q).focus();
    }
  });
  document.addEventListener("click", function (e) {
    document.querySelectorAll("details.menu[open]").forEach(function (d) { if (!d.contains(e.target)) { d.open = false; } });
    var found = document.getElementById("found");
    if (found && !e.target.closest(".command")) { found.textContent = ""; }
  });
  // one press, one command: the button rests until the answer comes
  document.addEventListener("submit", function (e) {
    var b = e.submitter;
    if (b && e.target.method === "post") { setTimeout(function () { b.disabled = true; }, 0); setTimeout(function () { b.disabled = false; }, 4000); }
  });
  var toast = document.querySelector("#toasts .toast");
  if (toast) {
    setTimeout(function () { toast.remove(); }, 6000);
    if (location.search.indexOf("done=") >= 0) { history.replaceState(null, "", location.pathname + location.hash); }
  }
  var tab = document.querySelector(".tabs [aria-current]");
  if (tab && tab.parentNode.scrollWidth > tab.parentNode.clientWidth) { tab.parentNode.scrollLeft = tab.offsetLeft - tab.parentNode.offsetLeft; }
  // a long list is found in by typing: the select stays the form's own control, and what it is without script
  document.querySelectorAll("select[data-find]").forEach(combobox);
  function combobox(select) {
    var box = document.createElement("span"), input = document.createElement("input"), list = document.createElement("ul"), shown = [], at = -1, picking = false;
    box.className = "combo";
    input.className = "input";
    input.id = select.id;
    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    var none = select.options.length && !select.options[0].value ? select.options[0].text.trim() : "";
    input.placeholder = none && none !== "—" && select.dataset.find.indexOf(none) !== 0 ? none + " · " + select.dataset.find : select.dataset.find;
    input.required = select.required;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", select.id + "-found");
    ["aria-label", "aria-invalid", "aria-describedby"].forEach(function (a) { if (select.hasAttribute(a)) { input.setAttribute(a, select.getAttribute(a)); } });
    list.id = select.id + "-found";
    list.className = "pop";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", select.dataset.find);
    select.id += "-of";
    select.required = false;
    select.className = "hush";
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    select.parentNode.insertBefore(box, select);
    box.append(input, list, select);
    function chosen() { var o = select.options[select.selectedIndex]; return o && o.value ? o.text.trim() : ""; }
    function close() { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); }
    function mark(i) {
      at = i;
      shown.forEach(function (li, j) { li.setAttribute("aria-selected", j === i ? "true" : "false"); });
      if (shown[i]) { input.setAttribute("aria-activedescendant", shown[i].id); shown[i].scrollIntoView({block: "nearest"}); } else { input.removeAttribute("aria-activedescendant"); }
    }
    function find(all) {
      var words = all ? [] : input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      list.textContent = "";
      shown = [];
      Array.prototype.forEach.call(select.options, function (o, i) {
        var text = o.text.trim();
        if (!words.every(function (w) { return text.toLowerCase().indexOf(w) >= 0; })) { return; }
        var li = document.createElement("li");
        li.id = list.id + "-" + i;
        li.setAttribute("role", "option");
        li.dataset.at = i;
        li.textContent = text;
        if (i === select.selectedIndex) { li.className = "now"; }
        list.append(li);
        shown.push(li);
      });
      list.hidden = !shown.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark(words.length && shown.length ? 0 : -1);
    }
    function take(li) {
      select.selectedIndex = Number(li.dataset.at);
      input.value = chosen();
      close();
      select.dispatchEvent(new Event("change", {bubbles: true}));
    }
    function leave() {
      if (input.value.trim() === "") { select.value = ""; }
      input.value = chosen();
      close();
    }
    input.value = chosen();
    select.addEventListener("change", function () { input.value = chosen(); });
    input.addEventListener("input", function () { find(false); });
    input.addEventListener("click", function () { input.select(); find(true); });
    input.addEventListener("blur", leave);
    input.addEventListener("keydown", function (e) {
      if (e.key === "ArrowDown" || e.key === "ArrowUp") {
        e.preventDefault();
        if (list.hidden) { find(input.value === chosen()); }
        if (shown.length) { mark((at + (e.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + shown.length) % shown.length); }
      } else if (e.key === "Enter" && !list.hidden) {
        e.preventDefault();
        picking = true; // this press chooses; it does not send the form
        if (shown[at]) { take(shown[at]); } else { leave(); }
      } else if (e.key === "Escape" && !list.hidden) {
        e.stopPropagation();
        input.value = chosen();
        close();
      }
    });
    input.addEventListener("keypress", function (e) { if (picking && e.key === "Enter") { e.preventDefault(); } });
    input.addEventListener("keyup", function () { picking = false; });
    list.addEventListener("mousedown", function (e) { e.preventDefault(); });
    list.addEventListener("click", function (e) { var li = e.target.closest("li"); if (li) { take(li); } });
  }
  // a move linked from elsewhere opens its form when it is the only one
  if (location.hash === "#moves") {
    var forms = document.querySelectorAll(".moves > details");
    if (forms.length === 1) { forms[0].open = true; }
  }
  document.addEventListener("click", function (e) { if (e.target.closest("[data-print]")) { window.print(); } });
  // a figure goes into the draft where the writer stands
  document.addEventListener("click", function (e) {
    var b = e.target.closest("[data-insert]"), d = document.getElementById("draft");
    if (!b || !d) { return; }
    d.focus();
    d.setRangeText(b.getAttribute("data-insert"), d.selectionStart, d.selectionEnd, "end");
    d.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
