// Proves figures of a published edition in the reader's own browser, in a worker, after docs/formats/edition.md. It shares nothing with the
// server but those pages: the third reading of the format, beside the one that publishes and the command `zhenwu verify`.
//
// A message { noble, parts | file, key, figures } is answered by { step } while it works and at last by { proved } or { fault }.

// Fault is the first thing that does not hold, in both languages.
class Fault extends Error {
  constructor(part, zh, en) { super(en); this.part = part; this.zh = zh; this.en = en }
}
const bad = (part, zh, en) => { throw new Fault(part, zh, en) }

// SHA-256. A figure of 50,000 lines takes a million short hashes: the browser's own answers each one asynchronously, which would take minutes.
const K = new Int32Array(64), H0 = new Int32Array(8);
for (let p = 2, n = 0; n < 64; p++) {
  let prime = true;
  for (let q = 2; q * q <= p; q++) if (p % q === 0) prime = false;
  if (!prime) continue;
  if (n < 8) H0[n] = (Math.sqrt(p) % 1) * 4294967296;
  K[n++] = (Math.cbrt(p) % 1) * 4294967296;
}
const W = new Int32Array(64), tail = new Uint8Array(128);

// hash writes the SHA-256 of b[from, to) to out at a place.
export function hash(b, from, to, out, at) {
  let h0 = H0[0], h1 = H0[1], h2 = H0[2], h3 = H0[3], h4 = H0[4], h5 = H0[5], h6 = H0[6], h7 = H0[7];
  const len = to - from, whole = from + len - len % 64, rest = to - whole, more = rest < 56 ? 64 : 128;
  tail.fill(0);
  for (let i = 0; i < rest; i++) tail[i] = b[whole + i];
  tail[rest] = 128;
  new DataView(tail.buffer).setBigUint64(more - 8, BigInt(len) * 8n);
  let src = b, p = from;
  for (let left = whole - from + more; left > 0; left -= 64, p += 64) {
    if (src === b && p === whole) { src = tail; p = 0 }
    for (let i = 0; i < 16; i++) { const j = p + 4 * i; W[i] = src[j] << 24 | src[j + 1] << 16 | src[j + 2] << 8 | src[j + 3] }
    for (let i = 16; i < 64; i++) {
      const x = W[i - 15], y = W[i - 2];
      W[i] = W[i - 16] + W[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
    }
    let a = h0, k = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
    for (let i = 0; i < 64; i++) {
      const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ e & (f ^ g)) + K[i] + W[i] | 0;
      const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & k | c & (a | k)) | 0;
      h = g; g = f; f = e; e = d + t | 0; d = c; c = k; k = a; a = t + u | 0;
    }
    h0 = h0 + a | 0; h1 = h1 + k | 0; h2 = h2 + c | 0; h3 = h3 + d | 0; h4 = h4 + e | 0; h5 = h5 + f | 0; h6 = h6 + g | 0; h7 = h7 + h | 0;
  }
  const sum = [h0, h1, h2, h3, h4, h5, h6, h7];
  for (let i = 0; i < 8; i++) { const v = sum[i], j = at + 4 * i; out[j] = v >>> 24; out[j + 1] = v >>> 16; out[j + 2] = v >>> 8; out[j + 3] = v }
}

const sha256 = b => { const out = new Uint8Array(32); hash(b, 0, b.length, out, 0); return out };
const hex = b => Array.from(b, x => x.toString(16).padStart(2, '0')).join('');
const utf8 = s => new TextEncoder().encode(s);
const text = b => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(b);
const base64 = s => Uint8Array.from(atob(s), c => c.charCodeAt(0));
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

// ——— keys and notes (golang.org/x/mod/sumdb/note) ———

let noble;

// readKey reads "name+hash+base64".
function readKey(s) {
  const m = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(s);
  let key = null;
  try { key = m && base64(m[3]) } catch { key = null }
  if (!key || key.length !== 33 || key[0] !== 1) return null;
  const name = utf8(m[1] + '\n'), id = sha256(new Uint8Array([...name, ...key])).slice(0, 4);
  return hex(id) === m[2] ? { name: m[1], id, key: key.slice(1) } : null;
}

// openNote gives the text of a note that the key signed, else null.
function openNote(signed, key) {
  const cut = signed.lastIndexOf('\n\n');
  if (!key || cut < 0 || !signed.endsWith('\n')) return null;
  const said = signed.slice(0, cut + 1);
  for (const line of signed.slice(cut + 2, -1).split('\n')) {
    const m = /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line);
    if (!m || m[1] !== key.name) continue;
    const sig = base64(m[2]);
    if (sig.length !== 68 || !same(sig.slice(0, 4), key.id)) continue;
    return noble.verify(sig.slice(4), utf8(said), key.key, { zip215: false }) ? said : null;
  }
  return null;
}

// lines reads a text of exactly these lines, else null.
function lines(s, title, ...names) {
  const got = (s ?? '').split('\n');
  if (got.length !== names.length + 2 || got[0] !== title || got.at(-1) !== '') return null;
  const out = {};
  for (const [i, name] of names.entries()) {
    if (!got[i + 1].startsWith(name + ' ') || got[i + 1].length === name.length + 1) return null;
    out[name] = got[i + 1].slice(name.length + 1);
  }
  return out;
}

function readHead(s) {
  const f = lines(s, 'zhenwu head 1', 'town', 'simulated', 'size', 'root', 'counts', 'time');
  if (!f || !/^[1-9][0-9]{0,14}$/.test(f.size) || !/^(yes|no)$/.test(f.simulated)) return null;
  return { town: f.town, simulated: f.simulated === 'yes', size: Number(f.size), root: base64(f.root), counts: f.counts };
}

// ——— evidence ———

// Bytes reads evidence from its first byte to its last.
class Bytes {
  constructor(b, part) { this.b = b; this.at = 0; this.part = part }
  cut() { bad(this.part, '证据读不出来：文件被截断或改动', 'the evidence cannot be read: it was cut or altered') }
  byte() { if (this.at >= this.b.length) this.cut(); return this.b[this.at++] }
  // skip gives where n bytes begin.
  skip(n) { const at = this.at; if (at + n > this.b.length) this.cut(); this.at += n; return at }
  uint(most) {
    let n = 0, by = 1;
    for (;;) {
      const x = this.byte();
      n += (x & 127) * by;
      if (n > most) this.cut();
      if (x < 128) return n;
      by *= 128;
    }
  }
}

const tag = s => utf8(s);
const SALT = tag('zw.salt1'), PART = tag('zw.part1'), FACT = tag('zw.fact1'), MARK = tag('zw.mark1'), LEAF = new Uint8Array([0, ...tag('ZWL1')]);

// Evidence walks the leaves of one version and proves them against the head.
class Evidence {
  constructor(bytes, part, head) {
    this.r = new Bytes(bytes, part); this.part = part; this.head = head;
    this.buf = new Uint8Array(4096); this.salts = new Uint8Array(32); this.small = new Uint8Array(64);
  }
  room(n) { if (this.buf.length < n) { const more = new Uint8Array(2 * n); more.set(this.buf); this.buf = more } }

  // bundle reads a bundle and writes its digest to out at a place; its parts, [value from, to] or null where hidden, or null for a bare digest.
  bundle(kind, out, at) {
    const r = this.r, b = r.b, form = r.byte();
    if (form === 0) { const from = r.skip(32); for (let i = 0; i < 32; i++) out[at + i] = b[from + i]; return null }
    const n = r.byte();
    if (n === 0 || form > 2) r.cut();
    const parts = new Array(n), seed = form === 1 ? r.skip(32) : 0;
    const sum = new Uint8Array(9 + 32 * n);
    sum.set(kind); sum[8] = n;
    for (let i = 0; i < n; i++) {
      let salt = null, from = 0;
      if (form === 1) {
        if (i % 2 === 0) {
          const t = this.small;
          t.set(SALT); for (let j = 0; j < 32; j++) t[8 + j] = b[seed + j];
          t[40] = i / 2;
          hash(t, 0, 41, this.salts, 0);
        }
        salt = this.salts; from = i % 2 * 16;
      } else {
        const shown = r.byte();
        if (shown === 0) { const h = r.skip(32); for (let j = 0; j < 32; j++) sum[9 + 32 * i + j] = b[h + j]; parts[i] = null; continue }
        if (shown !== 1) r.cut();
        salt = b; from = r.skip(16);
      }
      const size = r.uint(1 << 20), value = r.skip(size);
      this.room(25 + size);
      const t = this.buf;
      t.set(PART); t[8] = i;
      for (let j = 0; j < 16; j++) t[9 + j] = salt[from + j];
      for (let j = 0; j < size; j++) t[25 + j] = b[value + j];
      hash(t, 0, 25 + size, sum, 9 + 32 * i);
      parts[i] = [value, value + size];
    }
    hash(sum, 0, sum.length, out, at);
    return parts;
  }

  // walk hands every leaf over and proves all of them; it gives how many there are.
  walk(version, each) {
    const r = this.r, b = r.b, head = this.head, town = utf8(head.town);
    if (text(b.slice(0, 6)) !== 'ZWEV1\n') r.cut();
    r.skip(6);
    const n = r.uint(255), name = r.skip(n), size = (text(b.slice(name, name + n)) === version) ? r.uint(2 ** 53) : -1;
    if (size !== head.size) bad(this.part, '这份证据不是这一版的', 'this evidence is not of this edition');
    const count = r.uint(size), seqs = new Float64Array(count), hashes = new Uint8Array(32 * count);
    let seq = -1, leaf = new Uint8Array(1024);
    for (let i = 0; i < count; i++) {
      const step = r.uint(size);
      seq += step;
      if (step === 0 || seq >= size) r.cut();
      const kind = r.byte();
      leaf.set(LEAF); leaf[5] = kind; leaf[6] = town.length; leaf.set(town, 7);
      let at = 7 + town.length;
      const view = new DataView(leaf.buffer);
      view.setBigUint64(at, BigInt(seq));
      at += 8;
      const facts = this.bundle(FACT, leaf, at);
      at += 32;
      const m = r.uint(65536), marks = new Array(m);
      if (leaf.length < at + 4 + 32 * m) { const more = new Uint8Array(at + 4 + 32 * m + 1024); more.set(leaf); leaf = more }
      new DataView(leaf.buffer).setUint32(at, m);
      at += 4;
      for (let j = 0; j < m; j++, at += 32) marks[j] = this.bundle(MARK, leaf, at);
      hash(leaf, 0, at, hashes, 32 * i);
      seqs[i] = seq;
      each(seq, kind, facts, marks);
    }
    const k = r.uint(size), proof = r.skip(32 * k);
    if (r.at !== b.length) r.cut();
    if (count > 0 ? !this.proves(seqs, hashes, proof, k) : k !== 0) bad(this.part, '这些叶不在签名的日志里：证明不成立', 'these leaves are not in the signed journal: the proof does not hold');
    return count;
  }

  // proves computes the root of a tree of RFC 6962 from leaves and the hashes of the subtrees that hold none of them, left before right.
  proves(seqs, hashes, proof, k) {
    let used = 0, short = false;
    const b = this.r.b, pair = new Uint8Array(65);
    const sub = (lo, hi, from, to) => {
      if (from === to) {
        if (used === k) { short = true; return new Uint8Array(32) }
        const at = proof + 32 * used++;
        return b.subarray(at, at + 32);
      }
      if (hi - lo === 1) return hashes.subarray(32 * from, 32 * from + 32);
      let half = 1;
      while (half * 2 < hi - lo) half *= 2;
      const mid = lo + half;
      let cut = from, end = to;
      while (cut < end) { const m = (cut + end) >> 1; if (seqs[m] < mid) cut = m + 1; else end = m }
      const left = sub(lo, mid, from, cut), right = sub(mid, hi, cut, to), out = new Uint8Array(32);
      pair[0] = 1; pair.set(left, 1); pair.set(right, 33);
      hash(pair, 0, 65, out, 0);
      return out;
    };
    return same(sub(0, this.head.size, 0, seqs.length), this.head.root) && !short && used === k;
  }
}

// ——— days and places ———

const dayOf = (y, m, d) => { const t = new Date(0); t.setUTCFullYear(y, m - 1, d); return Math.round(t / 86400000) };

// readDays reads 2023, 2023-Q1, 2023-05, 2023-05-1, 2023-05-17, 2023-01-01/2023-12-29 as [from, until), else null.
function readDays(s) {
  if (s.includes('/')) {
    const [a, b] = s.split(/\/(.*)/s), day = /^\d{4}-\d\d-\d\d$/;
    if (!day.test(a) || !day.test(b)) return null;
    const x = readDays(a), y = readDays(b);
    return x[0] < y[1] ? [x[0], y[1]] : null;
  }
  let m;
  if ((m = /^(\d{4})$/.exec(s))) return [dayOf(+m[1], 1, 1), dayOf(+m[1] + 1, 1, 1)];
  if ((m = /^(\d{4})-Q([1-4])$/.exec(s))) return [dayOf(+m[1], 3 * m[2] - 2, 1), dayOf(+m[1], 3 * m[2] + 1, 1)];
  if ((m = /^(\d{4})-(\d\d)$/.exec(s))) return [dayOf(+m[1], +m[2], 1), dayOf(+m[1], +m[2] + 1, 1)];
  if ((m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(s))) { const d = dayOf(+m[1], +m[2], +m[3]); return [d, d + 1] }
  if ((m = /^(\d{4})-(\d\d)-([123])$/.exec(s))) { const from = [1, 11, 21][m[3] - 1]; return [dayOf(+m[1], +m[2], from), m[3] === '3' ? dayOf(+m[1], +m[2] + 1, 1) : dayOf(+m[1], +m[2], from + 10)] }
  return null;
}

const OUT = 0, IN = 1, HIDDEN = 2;

// Change is one mark change as far as it is shown: undefined is hidden.
class Change {
  when([from, until]) {
    if (this.month === undefined) return HIDDEN;
    const y = Math.floor(this.month / 12), m = this.month % 12 + 1;
    const first = dayOf(y, m, this.day ?? 1), end = this.day === undefined ? dayOf(y, m + 1, 1) : first + 1;
    return end <= from || first >= until ? OUT : from <= first && end <= until ? IN : HIDDEN;
  }
  below(place) {
    if (this.levels < place.length) return OUT;
    for (const [i, code] of place.entries()) {
      if (i >= this.place.length) return HIDDEN;
      if (this.place[i] !== code) return OUT;
    }
    return IN;
  }
  cut(slice) { return slice === '' ? IN : this.slice === undefined ? HIDDEN : this.slice.split(';').includes(slice) ? IN : OUT }
  counts(days, place, slice) {
    const a = [this.when(days), this.below(place), this.cut(slice)];
    return a.includes(OUT) ? OUT : a.includes(HIDDEN) ? HIDDEN : IN;
  }
  mirrors(o) {
    const clash = (a, b) => a !== undefined && b !== undefined && a !== b;
    if (this.levels !== o.levels || clash(this.month, o.month) || clash(this.day, o.day) || clash(this.slice, o.slice) || clash(this.key, o.key)) return false;
    if (this.amount !== undefined && o.amount !== undefined && this.amount !== -o.amount) return false;
    for (let i = 0; i < Math.min(this.place.length, o.place.length); i++) if (this.place[i] !== o.place[i]) return false;
    return true;
  }
}

// readChange reads the parts of a mark change; null where they are not in form.
function readChange(b, parts, words) {
  const n = parts.length, view = new DataView(b.buffer, b.byteOffset);
  if (n < 6 || n > 106 || !parts[0] || parts[0][1] - parts[0][0] < 17) return null;
  const word = ([from, to]) => {
    let key = '';
    for (let i = from; i < to; i++) key += String.fromCharCode(b[i]);
    let s = words.get(key);
    if (s === undefined) words.set(key, s = text(b.subarray(from, to)));
    return s;
  };
  const c = new Change();
  c.number = Number(view.getBigUint64(parts[0][0]));
  c.takes = Number(view.getBigUint64(parts[0][0] + 8));
  c.of = word([parts[0][0] + 16, parts[0][1]]);
  if (c.number < 1 || c.takes >= c.number) return null;
  const sized = (i, size) => !parts[i] || parts[i][1] - parts[i][0] === size;
  if (!sized(1, 4) || !sized(2, 1) || !sized(4, 8)) return null;
  if (parts[1]) c.month = view.getInt32(parts[1][0]);
  if (parts[2]) {
    c.day = b[parts[2][0]];
    if (c.day < 1 || c.day > 31) return null;
    if (c.month !== undefined && new Date(dayOf(Math.floor(c.month / 12), c.month % 12 + 1, c.day) * 86400000).getUTCDate() !== c.day) return null;
  }
  if (parts[3]) c.slice = word(parts[3]);
  if (parts[4]) c.amount = view.getBigInt64(parts[4][0]);
  if (parts[5]) { let k = ''; for (let i = parts[5][0]; i < parts[5][1]; i++) k += String.fromCharCode(b[i]); c.key = k }
  c.levels = n - 6;
  c.place = [];
  let open = true;
  for (let i = 6; i < n; i++) {
    if (!parts[i]) open = false;
    else if (!open) return null; // a deeper level without the one above it
    else c.place.push(word(parts[i]));
  }
  return c;
}

// ——— numbers: fractions of BigInt ———

const ratOf = s => {
  const m = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(s);
  if (!m) return null;
  const d = 10n ** BigInt((m[3] ?? '').length);
  return [BigInt(m[1] + '0') + (m[1] === '-' ? -1n : 1n) * BigInt(m[2] + (m[3] ?? '')), d];
};
const tens = (n, scale) => scale < 0 ? [n * 10n ** BigInt(-scale), 1n] : [n, 10n ** BigInt(scale)];
const cmp = (a, b) => { const x = a[0] * b[1] - b[0] * a[1]; return x < 0n ? -1 : x > 0n ? 1 : 0 };
const say = x => {
  const neg = x[0] < 0n, n = (neg ? -x[0] : x[0]) * 10000n / x[1], s = n.toString().padStart(5, '0');
  return (neg ? '-' : '') + (s.slice(0, -4) + '.' + s.slice(-4)).replace(/\.?0+$/, '');
};
// rounded has two decimals, halves away from zero.
const rounded = x => {
  const neg = x[0] < 0n, n = neg ? -x[0] : x[0], q = (n * 200n + x[1]) / (2n * x[1]);
  return [neg ? -q : q, 100n];
};

// evaluate computes sums, differences and products of whole numbers and names; null where it cannot.
function evaluate(formula, values) {
  const tokens = formula.match(/\d+|[A-Za-z_]\w*|\S/g) ?? [];
  let i = 0;
  const atom = () => {
    const t = tokens[i++];
    if (t === '(') { const x = sum(); return tokens[i++] === ')' ? x : null }
    return /^\d+$/.test(t ?? '') ? BigInt(t) : values.get(t) ?? null;
  };
  const product = () => { let x = atom(); while (x !== null && tokens[i] === '*') { i++; const y = atom(); x = y === null ? null : x * y } return x };
  const sum = () => {
    let x = product();
    while (x !== null && (tokens[i] === '+' || tokens[i] === '-')) { const minus = tokens[i++] === '-', y = product(); x = y === null ? null : minus ? x - y : x + y }
    return x;
  };
  const x = sum();
  return i === tokens.length ? x : null;
}

// ——— the edition ———

// Edition proves figures of one edition, whose parts get(name) gives as bytes.
class Edition {
  constructor(get, step) { this.get = get; this.step = step; this.shown = new Map(); this.done = new Map(); this.leaves = 0; this.changes = 0 }

  async open(trusted) {
    const json = await this.get('edition.json'), note = text(await this.get('edition.note'));
    this.print = hex(sha256(json));
    let e;
    try { e = this.e = JSON.parse(text(json)) } catch { bad('edition.json', '读不出来，文件可能被截断或改动', 'it cannot be read; the file may have been cut or altered') }
    if (e.format !== 'zhenwu edition 1') bad('edition.json', '这一版是另一种程序写的：' + e.format, 'it was written by another program: ' + e.format);
    let key = readKey(trusted.trim());
    if (!key) bad('', '这不是一把公钥', 'this is no public key');
    let at = trusted.trim(), follows = !(e.rotations ?? []).length;
    for (const body of e.rotations ?? []) {
      const old = /^old (.*)$/m.exec(body)?.[1];
      if (!follows && old !== at) continue; // a handing-over from before the key that is trusted
      follows = true;
      const f = lines(openNote(body, key), 'zhenwu key 1', 'town', 'seq', 'old', 'new');
      if (!f || f.old !== at || f.town !== e.town || openNote(body, readKey(f.new)) === null) bad('edition.json', '换钥记录不是由前后两把钥匙签的', 'the handing-over of the key is not signed by both keys');
      at = f.new; key = readKey(at);
    }
    const f = lines(openNote(note, key), 'zhenwu edition 1', 'town', 'sha256');
    if (!f) bad('edition.note', '签名不是这把公钥的：这一版被改动过，或者出自别的乡镇', 'it is not signed by this key: the edition was altered, or is of another town');
    if (f.town !== e.town || f.sha256 !== this.print) bad('edition.json', '内容与签名不符：被改动过', 'it is not what was signed: it was altered');
    const h = this.head = readHead(openNote(e.head, key));
    if (!h) bad('edition.json', '日志头的签名不对', 'the head of the journal is not signed by this key');
    if (h.town !== e.town || h.simulated !== !!e.simulated) bad('edition.json', '日志头与报告说的不是同一个乡镇，或者对是否模拟说法不一', 'head and edition disagree on the town, or on whether it is simulated');
    this.step('signed');
    this.count();
    this.figures = new Map();
    for (const x of e.figures ?? []) {
      if (!x.id || this.figures.has(x.id)) bad('edition.json', '指标编号 ' + x.id + ' 出现两次', 'the id ' + x.id + ' of a figure stands twice');
      this.figures.set(x.id, x);
    }
    this.listed = new Map();
    for (const x of e.evidence ?? []) {
      if (this.listed.has(x.version)) bad('edition.json', x.version + ' 的证据列了两次', 'the evidence of ' + x.version + ' is listed twice');
      this.listed.set(x.version, x);
    }
    await this.town();
    this.step('town');
  }

  // count checks the list of counts against the head.
  count() {
    this.counts = new Map();
    const out = [...tag('zw.list1')], n = this.e.counts?.length ?? 0;
    out.push(n >>> 24, n >>> 16 & 255, n >>> 8 & 255, n & 255);
    let last = null;
    for (const c of this.e.counts ?? []) {
      const name = utf8(c.figure ?? '');
      if (!name.length || name.length > 255 || last && !before(last, name)) bad('edition.json', '变动次数表里 ' + c.figure + ' 的次序不对，或出现两次', 'in the list of counts ' + c.figure + ' stands out of order or twice');
      last = name;
      let line = c.hash ? base64(c.hash) : null;
      if (c.salt && !line) {
        const k = new Uint8Array(8);
        new DataView(k.buffer).setBigUint64(0, BigInt(c.k ?? 0));
        line = sha256(new Uint8Array([...tag('zw.numb1'), ...base64(c.salt), ...k]));
        this.counts.set(c.figure, c.k ?? 0);
      } else if (c.salt || line?.length !== 32) bad('edition.json', '变动次数表里 ' + c.figure + ' 的一行不合格式', 'in the list of counts the line of ' + c.figure + ' is not in form');
      out.push(name.length, ...name, ...line);
    }
    if (hex(sha256(new Uint8Array(out))) !== this.head.counts) bad('edition.json', '变动次数表与日志头不符', 'the list of counts is not the one the head signs');
  }

  // part reads the evidence of a version, whose hash the signed edition names.
  async part(version) {
    const listed = this.listed.get(version), name = version === '' ? 'evidence/town' : 'evidence/' + version;
    if (!listed) bad('edition.json', '没有列出 ' + name + ' 的证据', 'the evidence of ' + name + ' is not listed');
    const b = await this.get(name);
    if (hex(sha256(b)) !== listed.sha256) bad(name, '证据与签名的版本不符：散列不同', 'the evidence is not the one the edition was signed with: its hash differs');
    return [new Evidence(b, name, this.head), name, listed];
  }

  // town reads the town's own leaves: its birth, and how every figure version began.
  async town() {
    const [evidence, name] = await this.part('');
    this.bodies = new Map();
    this.leaves += evidence.walk('', (seq, kind, facts) => {
      if (facts?.length !== 4 || !facts[3]) bad(name, '叶 ' + seq + ' 没有出示正文', 'leaf ' + seq + ' does not show its body');
      this.bodies.set(seq, { kind, body: text(evidence.r.b.subarray(...facts[3])) });
    });
    const first = this.bodies.get(0), birth = first?.kind === 2 ? lines(first.body, 'zhenwu birth 1', 'town', 'zone', 'simulated', 'key') : null;
    if (!birth) bad(name, '没有出示乡镇的第一叶', 'the first leaf of the town is not shown');
    if (birth.town !== this.e.town || (birth.simulated === 'yes') !== !!this.e.simulated) bad(name, '第一叶说的不是这个乡镇，或者对是否模拟说法不一', 'the first leaf is of another town, or disagrees on whether it is simulated');
    if (!(this.e.rotations ?? []).length && birth.key !== this.e.key) bad(name, '签名的钥匙不是乡镇第一叶里的那一把', 'the key that signs is not the one of the first leaf');
    if ((this.e.rotations ?? []).length && !this.e.rotations[0].includes('\nold ' + birth.key + '\n')) bad('edition.json', '换钥记录不是从乡镇第一叶里的那一把钥匙开始的', 'the handings-over do not begin with the key of the first leaf');
    this.began = new Map();
    for (const l of this.bodies.values()) {
      const b = l.kind === 4 ? lines(l.body, 'zhenwu figure 1', 'figure', 'key', 'edition', 'formula') : null;
      if (b) this.began.set(b.figure, b);
    }
  }

  // version reads all changes of a figure version, 1 to k.
  async version(f) {
    const began = this.began.get(f.version);
    if (!began) bad('evidence/town', '没有出示 ' + f.version + ' 从哪一叶开始', 'it is not shown with which leaf ' + f.version + ' began');
    if (began.formula !== hex(sha256(utf8(f.definition ?? '')))) bad('edition.json', '“' + f.zh + '”的定义不是日志里的那一个：被换过', 'the definition of ' + f.en + ' is not the one in the journal: it was swapped');
    if (began.key !== f.key) bad('edition.json', '“' + f.zh + '”用的是另一个指标（' + began.key + '）的证据', f.en + ' is given the evidence of another figure (' + began.key + ')');
    if (this.shown.has(f.version)) return this.shown.get(f.version);
    const k = this.counts.get(f.version);
    if (k === undefined) bad('edition.json', '日志头没有给出 ' + f.version + ' 的变动次数', 'the head shows no count of the changes of ' + f.version);
    const [evidence, name, listed] = await this.part(f.version), changes = [], words = new Map(), b = evidence.r.b;
    this.leaves += evidence.walk(f.version, (seq, kind, facts, marks) => {
      let seen = false;
      for (const parts of marks) {
        if (!parts) continue;
        seen = true;
        const c = readChange(b, parts, words);
        if (!c) bad(name, '叶 ' + seq + ' 的一条变动读不出来', 'a change of leaf ' + seq + ' cannot be read');
        if (c.of !== f.version) bad(name, '叶 ' + seq + ' 里出示的是 ' + c.of + ' 的变动', 'leaf ' + seq + ' shows a change of ' + c.of);
        if (c.number !== changes.length + 1) bad(name, '变动的编号应为 ' + (changes.length + 1) + '，出示的是 ' + c.number + '（叶 ' + seq + '）：有遗漏、重复或次序颠倒', 'leaf ' + seq + ' shows change ' + c.number + ' where ' + (changes.length + 1) + ' should come: one is missing, doubled or out of order');
        changes.push(c);
        if (changes.length % 5000 === 0) this.step('lines', changes.length, k);
      }
      if (!seen) bad(name, '叶 ' + seq + ' 里没有它的变动', 'leaf ' + seq + ' shows no change of it');
    });
    if (changes.length !== k || listed.changes !== k) bad(name, '日志头记有 ' + k + ' 次变动，证据里有 ' + changes.length + ' 次：不完整', 'the head counts ' + k + ' changes, the evidence shows ' + changes.length + ': it is not complete');
    const taken = new Set();
    for (const [i, c] of changes.entries()) {
      if (c.takes === 0) continue;
      const r = c.takes - 1;
      if (r >= i || taken.has(r) || !c.mirrors(changes[r])) bad(name, '第 ' + (i + 1) + ' 次变动冲销第 ' + (r + 1) + ' 次，两者对不上', 'change ' + (i + 1) + ' takes change ' + (r + 1) + ' back, and they do not match');
      taken.add(i); taken.add(r);
    }
    this.changes += changes.length;
    const s = { changes, taken };
    this.shown.set(f.version, s);
    this.step('lines', changes.length, k);
    return s;
  }

  // figure proves one value, after those it is read from; { id, value, proved, why } with why in both languages.
  async figure(id) {
    const f = this.figures.get(id);
    if (!f) bad('edition.json', '这一版里没有 ' + id, 'there is no ' + id + ' in this edition');
    if (this.done.has(id)) return this.done.get(id) ?? bad('edition.json', '“' + f.zh + '”绕回了自己', f.en + ' leads back to itself');
    this.done.set(id, null);
    const of = [];
    for (const x of f.of ?? []) of.push(await this.figure(x));
    const out = { id, zh: f.zh, en: f.en, value: f.value, unit: f.unit, kind: f.kind, of, proved: false, why: null };
    const unproved = (zh, en) => { out.why = { zh, en }; this.done.set(id, out); return out };
    if (!f.value) return unproved('没有数', 'there is no value');
    const value = ratOf(f.value);
    if (!value) bad('edition.json', '“' + f.zh + '”的值不是一个数：' + f.value, 'the value of ' + f.en + ' is no number: ' + f.value);
    let got = null;
    if (['flow', 'stock', 'distinct'].includes(f.kind)) {
      const s = await this.version(f), days = readDays(f.period);
      if (!days) bad('edition.json', '“' + f.zh + '”的期间读不出来（' + f.period + '）', 'the period of ' + f.en + ' cannot be read (' + f.period + ')');
      out.changes = s.changes.length;
      const n = addUp(s, f.kind, days, f.place ?? [], f.slice ?? '');
      if (n === null) return unproved('公开证据不出示地点、日期或金额：变动齐全，合计核不出', 'public evidence does not show places, days or amounts here: that the changes are complete is proved, their sum is not');
      got = tens(n, f.scale ?? 0);
    } else if (f.kind === 'measure') {
      this.stated(f, value);
      out.stated = true;
      return unproved('科室在日志里报过这个数：报得准不准，核验看不出来', 'an office stated this value in the journal: whether it measured rightly is not seen');
    } else if (f.kind === 'published') {
      return unproved('是以前公布的数，这里没有它的证据', 'was published before; nothing here proves it');
    } else {
      if (!of.every(x => x.proved)) return unproved('它所依据的指标没有全部核出', 'what it is read from is not all proved');
      got = composed(f, of.map(x => this.figures.get(x.id)));
      if (!got) return unproved('它的算法这里算不了', 'how it is made cannot be computed here');
    }
    if (cmp(got, value) !== 0) bad('edition.json', '“' + f.zh + '”（' + f.period + '）写的是 ' + f.value + '，证据算出来是 ' + say(got), f.en + ' (' + f.period + ') is given as ' + f.value + '; the evidence gives ' + say(got));
    out.proved = true;
    this.done.set(id, out);
    return out;
  }

  // stated checks that the journal holds the statement of a measurement.
  stated(f, value) {
    if (!f.record?.seqs?.length) bad('edition.json', '“' + f.zh + '”没有说是哪一条记录报的', f.en + ' does not say which record states it');
    const fields = {}, whole = new Map();
    for (const seq of f.record.seqs) {
      const l = this.bodies.get(seq);
      if (l?.kind !== 1) bad('evidence/town', '没有出示“' + f.zh + '”的第 ' + seq + ' 叶', 'leaf ' + seq + ' of ' + f.en + ' is not shown');
      let set;
      // Whole numbers are read from the text: JSON.parse would round great ones.
      try { set = JSON.parse(l.body).set ?? {} } catch { bad('evidence/town', '叶 ' + seq + ' 的正文读不出来', 'the body of leaf ' + seq + ' cannot be read') }
      for (const name of Object.keys(set)) whole.delete(name);
      Object.assign(fields, set);
      for (const m of l.body.matchAll(/"(final|flash|expected|value)":\s*(-?\d+)/g)) whole.set(m[1], BigInt(m[2]));
    }
    const name = ['final', 'flash', 'expected', 'value'].find(x => typeof fields[x] === 'number'), n = whole.get(name);
    if (n === undefined || cmp(tens(n, f.scale ?? 0), value) !== 0) bad('edition.json', '“' + f.zh + '”写的是 ' + f.value + '，科室报的不是这个数', f.en + ' is given as ' + f.value + '; the office stated another value');
    const p = readDays(f.period), q = readDays(fields.period ?? '');
    if (!p || !q || q[1] > p[1] || q[0] < p[0]) bad('evidence/town', '“' + f.zh + '”出示的是另一个期间的填报', 'what is shown for ' + f.en + ' was stated for another period');
  }
}

const before = (a, b) => { for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] < b[i]; return a.length < b.length };

// addUp computes a tallied figure as a BigInt; null where too little is shown.
function addUp(s, kind, days, place, slice) {
  const p = kind === 'stock' ? [-Infinity, days[1]] : days, keys = new Set();
  let sum = 0n;
  for (const [i, c] of s.changes.entries()) {
    const where = c.counts(p, place, slice);
    if (where === OUT) continue;
    if (where === HIDDEN) return null;
    if (kind === 'distinct') {
      if (c.key === undefined) return null;
      if (!s.taken.has(i)) keys.add(c.key);
      continue;
    }
    if (c.amount === undefined) return null;
    sum += c.amount;
  }
  return kind === 'distinct' ? BigInt(keys.size) : sum;
}

// composed computes a figure from those it is read from; null where it cannot.
function composed(f, of) {
  const values = of.map(o => ratOf(o.value));
  if (values.includes(null)) return null;
  const stored = o => { const x = ratOf(o.value), t = tens(1n, o.scale ?? 0), n = x[0] * t[1], d = x[1] * t[0]; return n % d === 0n ? n / d : null };
  switch (f.kind) {
    case 'ratio':
      if (values.length !== 2 || values[1][0] === 0n) return null;
      let x = [values[0][0] * values[1][1], values[0][1] * values[1][0]];
      if (x[1] < 0n) x = [-x[0], -x[1]];
      return rounded(f.unit === '%' ? [x[0] * 100n, x[1]] : x);
    case 'least': case 'most':
      return values.length ? values.reduce((a, b) => (f.kind === 'least' ? cmp(b, a) < 0 : cmp(b, a) > 0) ? b : a) : null;
    case 'all': case 'streak': {
      const m = /^(?:value)?\s*(==|!=|>=|<=|>|<)\s*(-?[0-9]+)$/.exec((f.is ?? '').trim());
      if (!m) return null;
      let n = 0;
      for (const o of of) {
        const v = ratOf(o.value), c = cmp([v[0] * tens(1n, o.scale ?? 0)[1], v[1] * tens(1n, o.scale ?? 0)[0]], [BigInt(m[2]), 1n]);
        if (!{ '==': c === 0, '!=': c !== 0, '>=': c >= 0, '<=': c <= 0, '>': c > 0, '<': c < 0 }[m[1]]) break;
        n++;
      }
      return f.kind === 'all' ? [n === of.length ? 1n : 0n, 1n] : [BigInt(n), 1n];
    }
    case 'formula': {
      const n = evaluate(f.formula ?? '', new Map(of.map(o => [o.key, stored(o)])));
      return n === null ? null : tens(n, f.scale ?? 0);
    }
  }
  return null;
}

// ——— where the parts come from ———

// served gives the parts that the town serves under a folder.
const served = base => async name => {
  const r = await fetch(base + name.split('/').map(encodeURIComponent).join('/'));
  if (!r.ok) bad(name, '取不到这一部分（' + r.status + '）', 'this part cannot be had (' + r.status + ')');
  return new Uint8Array(await r.arrayBuffer());
};

// zipped gives the parts of a file that the reader has.
async function zipped(file) {
  const b = new Uint8Array(await file.arrayBuffer()), view = new DataView(b.buffer);
  const cut = () => bad('', '这不是一版完整的报告', 'this is not a whole edition');
  let end = b.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) cut();
  const parts = new Map();
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    if (at + 46 > b.length || view.getUint32(at, true) !== 0x02014b50) cut();
    const n = view.getUint16(at + 28, true), name = text(b.subarray(at + 46, at + 46 + n));
    if (parts.has(name)) cut();
    parts.set(name, { how: view.getUint16(at + 10, true), size: view.getUint32(at + 20, true), from: view.getUint32(at + 42, true) });
    at += 46 + n + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return async name => {
    const p = parts.get(name);
    if (!p) bad(name, '文件里没有这一部分', 'the file has no such part');
    if (p.from + 30 > b.length || view.getUint32(p.from, true) !== 0x04034b50) cut();
    const from = p.from + 30 + view.getUint16(p.from + 26, true) + view.getUint16(p.from + 28, true), packed = b.subarray(from, from + p.size);
    if (p.how === 0) return packed;
    try {
      return new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer());
    } catch { return bad(name, '读不出来，文件可能被截断或改动', 'it cannot be read; the file may have been cut or altered') }
  };
}

// prove proves the figures of these ids, all where none is named.
export async function prove({ noble: library, parts, file, key, figures }, step = () => {}) {
  noble = await import(library);
  noble.hashes.sha512 = noble.sha512;
  try {
    const e = new Edition(file ? await zipped(file) : served(parts), step);
    await e.open(key);
    const proved = [];
    for (const id of figures ?? e.figures.keys()) proved.push(await e.figure(id));
    return { proved, print: e.print, title: e.e.title, simulated: !!e.e.simulated, size: e.head.size, leaves: e.leaves, changes: e.changes };
  } catch (err) {
    // What a broken file makes the reading stumble over is a fault of the file.
    const f = err instanceof Fault ? err : new Fault('', '读不出来，文件可能被截断或改动（' + err.message + '）', 'it cannot be read; the file may have been cut or altered (' + err.message + ')');
    return { fault: { part: f.part, zh: f.zh, en: f.en } };
  }
}

if (typeof WorkerGlobalScope !== 'undefined' && self instanceof WorkerGlobalScope) {
  self.onmessage = async m => self.postMessage(await prove(m.data, (step, done, of) => self.postMessage({ step, done, of })));
}
