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
  // a move linked from elsewhere opens its form when it is the only one
  if (location.hash === "#moves") {
    var forms = document.querySelectorAll(".moves > details");
    if (forms.length === 1) { forms[0].open = true; }
  }
  // a figure goes into the draft where the writer stands
  document.addEventListener("click", function (e) {
    var b = e.target.closest("[data-insert]"), d = document.getElementById("draft");
    if (!b || !d) { return; }
    d.focus();
    d.setRangeText(b.getAttribute("data-insert"), d.selectionStart, d.selectionEnd, "end");
    d.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
