// Has a figure proved by a worker in this browser, and says step by step what held.
const form = document.getElementById("prove"), out = document.getElementById("proof");
const words = form.dataset, button = form.querySelector("button");
let worker;

// line adds a sentence; %s stands for what is known only now.
function line(kind, text, ...args) {
  const p = document.createElement("p");
  p.className = kind;
  p.textContent = args.reduce((s, a) => s.replace("%s", a), text);
  out.append(p);
  return p;
}

button.disabled = false;
form.addEventListener("submit", (e) => {
  e.preventDefault();
  worker?.terminate();
  worker = new Worker(words.worker, { type: "module" });
  out.replaceChildren();
  button.disabled = true;
  const lang = words.lang, began = performance.now(), working = line("soft", words.working);
  let lines;
  worker.onmessage = ({ data }) => {
    if (data.step === "signed" || data.step === "town") { out.insertBefore(line("holds", words[data.step]), working); return }
    if (data.step === "lines") {
      lines ??= line("holds", "");
      out.insertBefore(lines, working);
      lines.textContent = words.lines.replace("%s", data.done.toLocaleString()).replace("%s", data.of.toLocaleString());
      return;
    }
    working.remove();
    button.disabled = false;
    if (data.fault) {
      line("callout", words.fails, (data.fault.part ? data.fault.part + (lang === "en" ? ": " : "：") : "") + data.fault[lang]);
      return;
    }
    const f = data.proved[0], value = Number(f.value).toLocaleString(lang, { maximumFractionDigits: 6 }) + " " + f.unit;
    if (f.proved) { line("verdict agrees", words.holds, value) }
    else if (f.stated) { line("verdict agrees", words.stated, value) }
    else { line("verdict unmatched", words.open, f.why[lang]) }
    line("soft", words.seen, data.leaves.toLocaleString(), data.size.toLocaleString(), ((performance.now() - began) / 1000).toFixed(1));
  };
  worker.onerror = (err) => { working.remove(); button.disabled = false; line("callout", words.fails, err.message ?? "") };
  const file = form.querySelector("#zwe").files[0];
  worker.postMessage({ noble: words.noble, parts: new URL(words.parts, location.href).href, file, key: form.querySelector("#key").value, figures: [words.figure] });
});
