// The desk: queue, talk, case, review. Everything is put in as text; no HTML is made of what anybody wrote.

const known = JSON.parse(document.getElementById("known").textContent);
const W = known.words;
const V = (word) => known.values[word] ?? word;
const may = (what) => known.may.includes(what);
const root = document.getElementById("desk");
const drafts = new Map(); // what was written and not sent, by ticket
const papers = new Map(); // files that wait beside it, by ticket
const MOST_FILES = 10, LARGEST = 10 * 1024 * 1024;

const state = { view: "tickets", queue: [], claims: [], number: null, claim: null, at: 0, seen: null, read: null, skew: 0, mode: "answer", about: null, ask: null, days: "14", week: "", filter: { tier: "", locale: "", status: "", agent: "", sla: "" } };

// ---- small things

function el(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...inside.flat(Infinity).filter((part) => part !== null && part !== undefined && part !== false));
  return made;
}

const now = () => Date.now() + state.skew;
const clock = (at) => new Date(at).toLocaleString(known.locale === "en" ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
function span(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60000));
  if (minutes < 60) return `${minutes} ${W.minutes}`;
  if (minutes < 2880) return `${Math.floor(minutes / 60)} ${W.hours} ${minutes % 60} ${W.minutes}`;
  return `${Math.floor(minutes / 1440)} ${W.whole_days}`;
}

class Told extends Error {
  constructor(status, found) {
    super(found.text ?? String(status));
    this.status = status;
    this.code = found.error ?? "";
  }
}

async function call(path, said) {
  const letter = said instanceof FormData; // with files; else a few words
  const options = said === undefined ? {} : { method: "POST", headers: { ...(letter ? {} : { "Content-Type": "application/json" }), "X-Desk-Csrf": known.csrf }, body: letter ? said : JSON.stringify(said) };
  let answer;
  try {
    answer = await fetch(`/desk/${path}`, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Told(0, { text: W.offline });
  }
  const found = await answer.json().catch(() => ({}));
  if (answer.status === 401) ends();
  if (!answer.ok) throw new Told(answer.status, found);
  return found;
}

const strip = el("div", { class: "strip", role: "status", "aria-live": "polite", hidden: true });
let stripTimer = 0;
function tell(words, passes = false) {
  strip.textContent = words;
  strip.hidden = !words;
  clearTimeout(stripTimer);
  if (passes) stripTimer = setTimeout(() => { strip.hidden = true; }, 4000);
}

let over = false;
/** Whoever is no longer in sees nothing any more of what he saw. */
function ends() {
  over = true;
  cols.replaceChildren(el("p", { class: "empty" }, W.ended));
  tell(W.ended);
}

/** Ask for a few words in a dialog; null if it was closed. */
function ask(title, fields, label = W.ok, grave = false, more = []) {
  return new Promise((resolve) => {
    const inputs = fields.map(({ name, words, long, value, among }) => {
      const field = among ? el("select", { name }, among.map((one) => el("option", { value: one }, one))) : el(long ? "textarea" : "input", { name, required: true });
      if (value) field.value = value;
      return el("label", {}, words, field);
    });
    const form = el("form", { method: "dialog" }, el("h1", {}, title), inputs, el("div", { class: "buttons" }, el("button", { class: grave ? "main grave" : "main", value: "ok" }, label), el("button", { type: "button", onclick: () => box.close("") }, W.cancel)));
    const box = el("dialog", {}, form, more);
    box.addEventListener("close", () => {
      const given = box.returnValue === "ok" ? Object.fromEntries(new FormData(form)) : null;
      box.remove();
      resolve(given);
    });
    document.body.append(box);
    box.showModal();
  });
}

// ---- the frame

const views = [["tickets", W.tickets], ["claims", W.claims], ...(may("figures") ? [["figures", W.figures]] : []), ["quality", W.quality]];
const nav = el("nav", {}, views.map(([name, words]) => el("button", { "data-view": name, onclick: () => show(name) }, words)));
const lang = el("a", { href: `/desk?lang=${known.locale === "en" ? "zh_Hans" : "en"}` }, known.locale === "en" ? "中文" : "English");
const finder = el("input", { type: "search", class: "finder", placeholder: W.find, "aria-label": W.find, onkeydown: (event) => { if (event.key === "Enter" && finder.value.trim()) finds(finder.value.trim().toUpperCase()); } });
const cols = el("div", { class: "cols" });
root.append(
  el("header", { class: "top" }, el("h1", {}, document.title), nav, finder, el("span", { class: "soft" }, `${known.name} · ${V(known.role)}`), lang, el("button", { onclick: help, title: W.help }, "?"), el("button", { onclick: leave }, W.leave)),
  strip,
  cols,
);

function help() {
  const box = el("dialog", {}, el("h1", {}, W.help), el("ul", { class: "keys" }, W.keys.split("\n").map((line) => el("li", {}, line))), el("form", { method: "dialog" }, el("button", { class: "main" }, W.close_it)));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

/** Open what a number names, also what is closed and far from any queue. */
async function finds(number) {
  const view = number.startsWith("ZQ") ? "claims" : "tickets";
  try {
    await call(`${view}/${encodeURIComponent(number)}`);
    finder.value = "";
    finder.blur();
    tell("");
    await show(view);
    await (view === "claims" ? openClaim : open)(number);
  } catch (fault) {
    tell(fault.message);
  }
}

async function leave() {
  await call("leave", {}).catch(() => null);
  location.assign("/desk");
}

async function show(view) {
  state.view = view;
  state.at = 0;
  state.ask = null;
  state.seen = null; // the place where it was drawn is another view's now
  delete talk.dataset.drawn;
  for (const button of nav.children) button.toggleAttribute("aria-current", button.dataset.view === view);
  cols.classList.toggle("whole", view === "figures" || view === "quality");
  await refresh();
}

async function refresh() {
  try {
    if (state.view === "tickets") await refreshTickets();
    else if (state.view === "claims") await refreshClaims();
    else if (state.view === "figures") await drawFigures();
    else await drawQuality();
  } catch (fault) {
    tell(fault.message);
  }
}

// ---- the queue

const list = el("div", { class: "list", tabindex: -1 });
const talk = el("section", { class: "talk" });
const card = el("aside", { class: "card" });

async function refreshTickets(alsoOpen = true) {
  const found = await call("queue");
  state.skew = Date.parse(found.now) - Date.now();
  state.queue = found.tickets;
  if (state.view !== "tickets") return;
  if (cols.firstChild !== list || !talk.isConnected) cols.replaceChildren(list, talk, card);
  drawQueue();
  if (state.number === null) {
    delete talk.dataset.drawn;
    talk.replaceChildren(el("p", { class: "empty" }, W.choose));
    card.replaceChildren();
  } else if (alsoOpen) await open(state.number, true);
}

const lateBy = (row) => (row.promised_at ? now() - Date.parse(row.promised_at) : -Infinity);
const isLate = (row) => lateBy(row) > 0;
const isSoon = (row) => !isLate(row) && lateBy(row) > -3600000;
const fits = {
  agent: (row, value) => (value === "mentioned" ? row.mentioned : value === "nobody" ? row.agent === null : row.agent === known.name),
  sla: (row, value) => (value === "late" ? isLate(row) : value === "soon" ? isSoon(row) : row.status === "open" && row.tier !== "agent"),
};
const kept = () => state.queue.filter((row) => Object.entries(state.filter).every(([key, value]) => !value || (fits[key] ? fits[key](row, value) : row[key] === value)));

function drawQueue() {
  const choose = (key, label) => {
    const values = [...new Set(state.queue.map((row) => row[key]))].sort();
    const made = el("select", { "aria-label": label, onchange: () => { state.filter[key] = made.value; drawQueue(); } }, el("option", { value: "" }, label), values.map((value) => el("option", { value, selected: state.filter[key] === value }, V(value))));
    return made;
  };
  const mine = el("select", { "aria-label": W.has, onchange: () => { state.filter.agent = mine.value; drawQueue(); } }, el("option", { value: "" }, W.all), [["mine", W.mine], ["nobody", W.nobodys], ["mentioned", `@${known.name}`]].map(([value, words]) => el("option", { value, selected: state.filter.agent === value }, words)));
  const sla = el("select", { "aria-label": W.sla, onchange: () => { state.filter.sla = sla.value; drawQueue(); } }, el("option", { value: "" }, W.sla), [["late", W.overdue], ["soon", W.soon], ["raised", W.raised]].map(([value, words]) => el("option", { value, selected: state.filter.sla === value }, words)));
  const rows = kept();
  state.at = Math.min(state.at, Math.max(0, rows.length - 1));
  list.replaceChildren(
    el("div", { class: "filters" }, mine, sla, choose("tier", W.tier), choose("locale", W.language), choose("status", W.state)),
    ...(rows.length ? rows.map(drawRow) : [el("p", { class: "empty" }, W.nobody)]),
  );
}

function drawRow(row, place) {
  const late = isLate(row);
  const wait = row.status === "open" && row.asked_at ? `${W.waits} ${span(now() - Date.parse(row.asked_at))}` : row.status === "on_hold" && row.due_at ? `${W.held_until} ${clock(row.due_at)}` : V(row.status);
  return el(
    "button",
    { class: place === state.at ? "row at" : "row", "data-number": row.number, "aria-current": row.number === state.number, onclick: () => { state.at = place; drawQueue(); open(row.number); } },
    el("span", { class: "head" }, el("b", {}, row.number), row.mentioned ? el("span", { class: "tag p2" }, W.mentioned) : "", row.flags.includes("distress") ? el("span", { class: "tag p1" }, V("distress")) : "", el("span", { class: late ? "tag late" : `tag p${row.priority}` }, late ? W.overdue : V(String(row.priority)))),
    el("span", { class: "last" }, row.last),
    el("span", { class: "meta" }, `${wait}${row.promised_at && !late ? ` · ${W.due} ${clock(row.promised_at)}` : ""} · ${V(row.tier)} · ${V(row.locale)}${row.agent ? ` · ${row.agent}` : ""}`),
  );
}

// ---- one ticket

// What a ticket shows; words on their way arrive without anything being done or said in it.
const looks = (seen) => JSON.stringify([seen.number, seen.revision, seen.masked, seen.lines.map((line) => line.delivery)]);
const onItsWay = (line) => line.agent !== null && line.kind === "said" && !line.delivery && !line.withdrawn && now() - Date.parse(line.at) < 600000;
let lookAgain = 0;

/** Look at the open ticket once more after a while: of words on their way, and of what is settled, the queue says nothing. */
function looksAgain(number, after) {
  clearTimeout(lookAgain);
  if (after) lookAgain = setTimeout(() => { if (state.number === number && state.view === "tickets") open(number, true).catch(() => looksAgain(number, 5000)); }, after);
}

async function open(number, again = false) {
  const seen = await call(`tickets/${number}`);
  if (again && state.number !== number) return;
  const same = again && state.seen && looks(state.seen) === looks(seen);
  const said = seen.lines.at(-1);
  if (!again || (!same && said && said.agent === null && said.kind === "said")) showTyping(false); // here are his words
  if (!again) {
    if (state.number !== number) state.ask = state.about = null;
    state.mode = "answer";
    state.read = seen.revision;
  }
  state.number = number;
  state.seen = seen;
  if (!same) drawTicket(again);
  looksAgain(number, seen.lines.some(onItsWay) ? 2500 : seen.status === "solved" || seen.status === "closed" ? 5000 : 0);
  if (!again) {
    drawQueue();
    if (seen.mentioned && may("read")) call(`tickets/${number}/read`, {}).then(refresh, () => null);
  }
}

/** Where the hands are, so that they are there again after something was drawn anew. */
function hands() {
  const at = document.activeElement;
  if (at === lookup) return () => lookup.focus();
  if (at?.matches('.composer input[type="search"]')) {
    const typed = at.value;
    return () => {
      const search = talk.querySelector('.composer input[type="search"]');
      if (!search) return;
      search.value = typed;
      search.focus();
    };
  }
  if (!at?.dataset.act || !(talk.contains(at) || card.contains(at))) return () => null;
  const line = at.closest("[data-line]")?.dataset.line;
  const where = `${line ? `[data-line="${line}"] ` : ""}[data-act="${at.dataset.act}"]`;
  return () => (talk.querySelector(where) ?? card.querySelector(where))?.focus();
}

function drawTicket(again) {
  const back = again ? hands() : () => null;
  delete talk.dataset.drawn;
  const seen = state.seen;
  const writing = talk.querySelector("textarea");
  const had = again && writing && document.activeElement === writing ? [writing.selectionStart, writing.selectionEnd] : null;
  const acts = [
    ["take", W.take, seen.agent !== known.name, () => does("take")],
    ["release", W.release, seen.agent === known.name, () => does("release")],
    ["assign", W.assign, true, () => asks("assign", W.assign, [{ name: "text", words: W.assign_to }])],
    ["hold", W.hold, ["open", "answered"].includes(seen.status), () => asks("hold", W.hold, [{ name: "text", words: W.hold_why }, { name: "hours", words: W.hold_hours, value: "24" }])],
    ["escalate", W.escalate, ["open", "answered", "on_hold"].includes(seen.status), () => asks("escalate", W.escalate, [{ name: "text", words: W.escalate_why }])],
    ["solve", W.solve, ["open", "answered", "on_hold"].includes(seen.status), () => does("solve")],
    ["close", W.close, seen.status !== "closed", () => does("close")],
    ["link", W.link, true, links],
    ["export", W.export, true, () => exports(seen.number)],
    ["merge", W.merge, seen.status !== "closed", () => merges(seen.others[0] ?? "")],
  ];
  const lines = el("div", { class: "lines", tabindex: 0, "aria-live": "polite" }, seen.lines.map(drawLine));
  const before = again ? talk.querySelector(".lines") : null; // who reads further up stays there
  const place = before && before.scrollHeight - before.scrollTop - before.clientHeight > 40 ? before.scrollTop : null;
  talk.replaceChildren(
    el("header", {}, el("h1", {}, seen.number, " ", el("span", { class: "tag" }, V(seen.status))), acts.filter(([what, , fits]) => fits && may(what)).map(([what, words, , run]) => el("button", { "data-act": what, onclick: run }, words))),
    lines,
    typing,
    may("answer") ? composer() : "",
  );
  drawCard(); // on a tablet it takes its place from the words
  lines.scrollTop = place ?? lines.scrollHeight;
  if (had) {
    const fresh = talk.querySelector("textarea");
    fresh.focus();
    fresh.setSelectionRange(...had);
  }
  back();
}

const excerpt = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function drawLine(line) {
  if (line.kind === "event" && line.code === "undelivered") return el("div", { class: "said event fault", role: "alert" }, `${clock(line.at)} · ${W.not_sent}${V(line.text)}`);
  if (line.kind === "event") return el("div", { class: "said event" }, `${clock(line.at)} · ${V(line.code)}${line.agent ? ` · ${line.agent}` : ""}${line.text ? ` · ${line.code === "rated" ? `${line.text} / 5` : V(line.text)}` : ""}`);
  const seen = state.seen;
  const ours = line.agent !== null;
  const said = line.kind === "said";
  // Why words did not arrive stands at the words, and at the moment it was learnt.
  const failed = seen.lines.find((one) => one.code === "undelivered" && one.answers === line.id);
  const way = ours && said && !line.withdrawn ? (failed ? `${W.not_sent}${V(failed.text)}` : line.delivery === "sent" ? W.sent : line.delivery ? `${W.not_sent}${V(line.delivery)}` : W.on_its_way) : "";
  const who = `${line.kind === "note" ? `${W.note} · ` : ""}${line.agent ?? W.creditor} · ${clock(line.at)}${line.edited ? ` · ${W.edited}` : ""}${line.withdrawn ? ` · ${W.withdrawn}` : ""}`;
  const quoted = line.answers ? seen.lines.find((one) => one.id === line.answers) : null;
  const acts = !said || line.withdrawn ? [] : [
    ["about", W.about, may("answer"), () => { state.about = line.id; state.mode = "answer"; drawTicket(); talk.querySelector("textarea").focus(); }],
    ["edit", W.edit, ours && line.agent === known.name && may("edit"), () => asks("edit", W.edit_title, [{ name: "text", words: W.answer_here, long: true, value: line.text }], { line: String(line.id) })],
    ["withdraw", W.withdraw, ours && line.agent === known.name && may("withdraw"), async () => { if (await ask(W.withdraw_title, [], W.withdraw, true)) await does("withdraw", { line: String(line.id) }); }],
  ].filter(([, , fitting]) => fitting);
  return el(
    "div",
    { class: `said${line.kind === "note" ? " note" : ours ? " ours" : ""}`, "data-line": line.id },
    acts.length ? el("span", { class: "acts" }, acts.map(([what, words, , run]) => el("button", { "data-act": what, onclick: run }, words))) : "",
    el("span", { class: "who" }, who, way ? el("span", { class: failed || (line.delivery && line.delivery !== "sent") ? "fault way" : "way" }, ` · ${way}`) : ""),
    quoted ? el("span", { class: "quoted" }, excerpt(quoted.text)) : "",
    el("span", { class: line.withdrawn ? "gone" : "" }, line.text),
    seen.files.filter((one) => one.line === line.id).map((one) => el("span", { class: "paper" }, drawFile(one))),
  );
}

/** A file: its name, and, once revealed, a way to look at it or to listen. */
function drawFile(one) {
  const seen = state.seen;
  const words = `${one.name} · ${Math.max(1, Math.ceil(one.size / 1024))} KB`;
  if (one.harm) return `${words} · ${W.quarantined}`;
  if (seen.masked || !may("file")) return words;
  const href = `/desk/tickets/${seen.number}/files/${one.handle}`;
  const link = el("a", { href, target: "_blank", rel: "noopener noreferrer" }, words);
  return one.seconds === null ? link : [link, el("audio", { controls: true, preload: "none", src: href })];
}

function composer() {
  const seen = state.seen;
  const key = `${seen.number} ${state.mode}`;
  const note = state.mode === "note";
  const box = el("div", { class: note ? "composer note" : "composer" });
  if (state.ask) return asking(box, key);
  const text = el("textarea", { "aria-label": note ? W.note_here : W.answer_here, placeholder: note ? W.note_here : W.answer_here, oninput: () => { drafts.set(key, text.value); if (!note) types(); }, onkeydown: (event) => { if (event.key === "Tab" && !event.shiftKey && nextGap(text)) event.preventDefault(); } });
  text.value = drafts.get(key) ?? "";
  // Files that go out with the answer; they stay with the ticket until it is sent.
  const held = papers.get(seen.number) ?? [];
  const file = el("input", { type: "file", multiple: true, hidden: true, "data-file": true, onchange: () => attach(seen.number, [...file.files]) });
  const chips = held.map((one, place) => el("span", { class: "chip" }, `${one.name} · ${Math.max(1, Math.ceil(one.size / 1024))} KB`, el("button", { title: W.drop, "aria-label": `${W.drop} ${one.name}`, onclick: () => { papers.set(seen.number, held.filter((_, at) => at !== place)); drawTicket(); } }, "×")));
  const about = state.about ? seen.lines.find((line) => line.id === state.about) : null;
  // Ready replies in the creditor's language, found by any word of theirs; what stands in braces is to be filled in.
  const canned = seen.suggested.canned;
  const names = el("datalist", { id: "canned" }, canned.map((one) => el("option", { value: `${one.name} · ${one.text}` })));
  const search = el("input", { type: "search", list: "canned", placeholder: W.canned, "aria-label": W.canned, oninput: () => {
    const one = canned.find((reply) => search.value === `${reply.name} · ${reply.text}`);
    if (!one) return;
    search.value = "";
    puts(one.text);
  } });
  const other = (mode) => () => { state.mode = mode; drawTicket(); talk.querySelector("textarea").focus(); };
  box.append(
    seen.reachable ? "" : el("p", { class: "fault" }, W.unreachable),
    ...(note ? [] : [names, search]),
    about && !note ? el("div", { class: "chip" }, `${W.about_this}：${excerpt(about.text)}`, el("button", { "aria-label": W.drop, onclick: () => { state.about = null; drawTicket(); } }, "×")) : "",
    text,
    ...(note ? [] : [el("div", { class: "chips" }, chips), file]),
    el("div", { class: "buttons" }, el("button", { class: "main", "data-act": "go", onclick: () => (note ? sendNote(text.value, key) : preview(text.value)) }, note ? W.note : W.preview), note ? "" : el("button", { "data-act": "ask_document", onclick: () => preview(text.value, "ask_document") }, W.ask_document), note ? "" : el("button", { "data-act": "attach", onclick: () => file.click() }, W.attach), el("button", { onclick: other(note ? "answer" : "note") }, note ? W.answer : W.note)),
  );
  return box;
}

/** Put words into the answer, behind what stands there, and go to the first gap in them. */
function puts(words) {
  if (state.mode !== "answer" || state.ask) {
    state.mode = "answer";
    state.ask = null;
    drawTicket();
  }
  const text = talk.querySelector("textarea");
  text.value = text.value ? `${text.value}\n${words}` : words;
  drafts.set(`${state.number} answer`, text.value);
  text.focus();
  text.setSelectionRange(0, 0);
  if (!nextGap(text)) text.setSelectionRange(text.value.length, text.value.length);
}

/** Choose the next thing in braces that is to be filled in; false: there is none. */
function nextGap(text) {
  const gaps = [...text.value.matchAll(/\{\w+\}/g)];
  const gap = gaps.find((one) => one.index >= text.selectionEnd) ?? gaps[0];
  if (gap) text.setSelectionRange(gap.index, gap.index + gap[0].length);
  return Boolean(gap);
}

function attach(number, chosen) {
  const held = [...(papers.get(number) ?? []), ...chosen];
  const large = held.find((one) => one.size > LARGEST);
  if (large) tell(`${W.file_large}：${large.name}`);
  else if (held.length > MOST_FILES) tell(W.files_many);
  else papers.set(number, held);
  drawTicket();
  talk.querySelector("textarea").focus();
}

/** The creditor types: shown for a few seconds, or until his words are there. */
const typing = el("p", { class: "soft types", role: "status" });
let typingTimer = 0;
function showTyping(writes) {
  clearTimeout(typingTimer);
  typing.textContent = writes ? W.types : "";
  if (writes) typingTimer = setTimeout(() => showTyping(false), 7000);
}

let typedAt = 0;
/** The creditor sees that somebody writes, where his channel can show it. */
function types() {
  if (!may("typing") || Date.now() - typedAt < 4000) return;
  typedAt = Date.now();
  call(`tickets/${state.number}/typing`, {}).catch(() => null);
}

/** The whole ticket into a file of the browser's. */
async function exports(number) {
  const given = await ask(W.export_title, [{ name: "text", words: W.export_why }], W.export, true);
  if (!given) return;
  try {
    const whole = await call(`tickets/${number}/export`, given);
    const href = URL.createObjectURL(new Blob([JSON.stringify(whole, null, 2)], { type: "application/json" }));
    el("a", { href, download: `${number}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60000);
    tell(W.exported.replace("{file}", `${number}.json`), true);
    if (state.number === number) await open(number); // who exports may look, too
  } catch (fault) {
    tell(fault.message);
  }
}

/** Which claim or offer it is about, by its number; or one of the last notices, by a button. */
async function links() {
  const number = state.number;
  const told = await call(`tickets/${number}/notices`).catch(() => ({ notices: [] }));
  const choose = (one) => el("li", { class: "told" }, el("span", {}, el("b", {}, V(one.kind)), ` · ${clock(one.at)} · `, delivered(one)), one.words ? el("p", { class: "soft" }, excerpt(one.words.split("\n")[1] ?? "")) : "", el("button", { type: "button", "data-act": "link-notice", onclick: () => { document.querySelector("dialog").close(""); does("link", { text: `notice.${one.id}` }); } }, W.link));
  const more = [el("h2", {}, W.or_a_notice), told.notices.length ? el("ul", { class: "steps" }, told.notices.map(choose)) : el("p", { class: "soft" }, W.no_notices)];
  let given = {}, fault = "";
  do {
    given = await ask(W.link_title, [{ name: "text", words: W.link_to, value: given.text }], W.link, false, [fault && el("p", { class: "fault", role: "alert" }, fault), more]);
    fault = given && (await does("link", given));
  } while (fault);
}

/** What became of a notice. */
const delivered = (one) => (one.outcome === "sent" ? W.sent : one.outcome ? el("span", { class: "fault" }, `${W.not_sent}${V(one.outcome === "expired" ? "notice_expired" : one.outcome)}`) : W.not_yet);

async function merges(into) {
  const given = await ask(W.merge_title, [{ name: "text", words: W.merge_into, value: into }], W.merge, true);
  if (!given) return;
  const number = given.text.trim().toUpperCase();
  try {
    await call(`tickets/${state.number}/merge`, { text: number });
    tell(W.done, true);
    await open(number);
    await refresh();
  } catch (fault) {
    tell(fault.message);
  }
}

/** The read-back, or the warning that somebody was faster. */
function asking(box, key) {
  const { title, text, warns, sure } = state.ask;
  const send = el("button", { class: "main", "data-act": "send", onclick: () => sendAnswer(key, sure) }, sure ? W.send_anyway : W.send);
  box.append(
    warns ? el("div", { class: "warn", role: "alert" }, warns) : "",
    el("p", { class: "soft" }, W.read_back),
    el("div", { class: "read-back" }, el("b", {}, title), "\n", text),
    state.ask.as === "answer" && papers.get(state.number)?.length ? el("div", { class: "chips" }, papers.get(state.number).map((one) => el("span", { class: "chip" }, one.name))) : "",
    el("div", { class: "buttons" }, send, el("button", { "data-act": "back", onclick: () => { state.ask = null; drawTicket(); talk.querySelector("textarea").focus(); } }, W.back)),
  );
  return box;
}

async function preview(text, as = "answer") {
  if (/\{\w+\}/.test(text)) return tell(W.gaps);
  try {
    const held = as === "answer" ? (papers.get(state.number) ?? []) : [];
    const found = await call(`tickets/${state.number}/preview`, { text, as, files: String(held.length), ...(state.about && as === "answer" ? { about: String(state.about) } : {}) });
    const faster = state.seen.revision !== state.read;
    tell("");
    state.ask = { ...found, as, warns: faster ? W.overtaken : "", sure: false };
    drawTicket();
    talk.querySelector('[data-act="send"]').focus();
  } catch (fault) {
    tell(fault.message);
  }
}

async function sendAnswer(key, sure) {
  const said = { text: drafts.get(key) ?? "", revision: String(state.read), ...(sure ? { sure: "yes" } : {}), ...(state.about && state.ask.as === "answer" ? { about: String(state.about) } : {}) };
  const held = state.ask.as === "answer" ? (papers.get(state.number) ?? []) : [];
  let letter = said;
  if (held.length) {
    letter = new FormData();
    for (const [name, value] of Object.entries(said)) letter.append(name, value);
    for (const one of held) letter.append("file", one, one.name);
  }
  try {
    await call(`tickets/${state.number}/${state.ask.as}`, letter);
    drafts.delete(key);
    if (held.length) papers.delete(state.number);
    state.ask = state.about = null;
    tell(W.done, true);
    await open(state.number);
    list.focus();
    await refresh();
  } catch (fault) {
    const others = fault.code === "OthersDetails";
    if (fault.code === "Overtaken" || others) {
      // The second of two sees what the first one did before anything goes out.
      if (!others) await open(state.number);
      state.ask = { ...state.ask, warns: fault.message, sure: others && state.ask.as === "answer" };
      drawTicket();
    } else tell(fault.message);
  }
}

async function sendNote(text, key) {
  drafts.delete(key);
  if (await does("note", { text })) drafts.set(key, text);
  else state.mode = "answer";
  drawTicket();
}

/** Do something with the open ticket; why it was refused, or "". */
async function does(what, said = {}) {
  try {
    await call(`tickets/${state.number}/${what}`, said);
    tell(W.done, true);
    await open(state.number);
    await refresh();
    return "";
  } catch (fault) {
    tell(fault.message);
    return fault.message;
  }
}

/** Ask until it is done or given up: what was typed stays. */
async function asks(what, title, fields, more = {}) {
  let given = await ask(title, fields);
  while (given) {
    const fault = await does(what, { ...given, ...more });
    if (!fault) return;
    const typed = fields.map((field) => ({ ...field, value: given[field.name] }));
    given = await ask(title, typed, W.ok, false, [el("p", { class: "fault", role: "alert" }, fault)]);
  }
}

const facts = (rows) => el("dl", {}, rows.filter(([, value]) => value !== null && value !== undefined && value !== "").flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));

// The glossary stays what it is while tickets come and go.
const found = el("div", { role: "status" });
const lookup = el("input", { type: "search", placeholder: W.glossary_here, "aria-label": W.glossary_here, oninput: looksUp });
const glossary = el("section", { class: "glossary" }, el("h2", {}, W.glossary), lookup, found);
async function looksUp() {
  const asked = lookup.value.trim();
  if (!asked) return found.replaceChildren();
  const { terms } = await call(`words?q=${encodeURIComponent(asked)}`).catch(() => ({ terms: [] }));
  if (asked !== lookup.value.trim()) return; // there are newer words by now
  found.replaceChildren(...(terms.length ? terms.map((term) => {
    const own = state.seen ? term[state.seen.locale] : term.zh_Hans;
    return el("div", { class: "term" }, [...new Set([term.zh_Hans, term.zh_Hant, term.zh_Hant_HK, term.en])].join(" · "), state.seen && may("answer") ? el("button", { "data-act": "term", onclick: () => puts(own) }, `${W.insert} ${own}`) : "");
  }) : [el("p", { class: "soft" }, W.no_term)]));
}

/** Words that may be sent, folded away; into the answer by one key. */
const proposal = (title, text, open = false) => el("details", { open }, el("summary", {}, title), el("p", { class: "proposal" }, text), may("answer") ? el("button", { "data-act": "insert", onclick: () => puts(text) }, W.insert) : "");

function drawCard() {
  const seen = state.seen;
  const hints = seen.suggested;
  const reveal = may("reveal") ? el("button", { "data-act": "reveal", onclick: () => asks("reveal", W.reveal, [{ name: "text", words: W.reveal_why }]) }, W.reveal) : "";
  const unfolded = new Set([...card.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  const loose = seen.files.filter((one) => !seen.lines.some((line) => line.id === one.line));
  card.replaceChildren(
    hints.help_lines ? el("section", { class: "warn distress", role: "note" }, el("b", {}, W.distress), proposal(W.help_lines, hints.help_lines, true)) : "",
    el("h2", {}, W.card),
    el("p", { class: "soft" }, seen.masked ? W.masked : W.unmasked),
    seen.masked ? reveal : "",
    facts([
      [W.priority, V(String(seen.priority))], [W.category, V(seen.category)], [W.tier, V(seen.tier)], [W.has, seen.agent ?? W.nobodys], [W.language, V(seen.locale)],
      [W.opened, clock(seen.opened_at)], [W.due, seen.promised_at ? clock(seen.promised_at) : ""], [W.flags, seen.flags.map(V).join(", ")], [W.hold_why, seen.reason ?? ""], [W.held_until, seen.status === "on_hold" && seen.due_at ? clock(seen.due_at) : ""], [W.satisfaction, seen.score ?? ""],
    ]),
    ...(seen.others.length ? [el("h2", {}, W.others), el("p", {}, seen.others.map((number) => [el("button", { onclick: () => open(number) }, number), may("merge") ? el("button", { "data-act": "merge-into", onclick: () => merges(number) }, W.merge) : ""]))] : []),
    ...(seen.alike.length ? [el("h2", {}, W.alike), el("p", {}, seen.alike.map((number) => el("button", { onclick: () => open(number) }, number)))] : []),
    ...(loose.length ? [el("h2", {}, W.files), el("ul", { class: "steps" }, loose.map((one) => el("li", {}, drawFile(one))))] : []),
    ...(seen.notice_card ? noticeFacts(seen.notice_card) : []),
    ...(seen.offer_card ? [el("h2", {}, W.offer, " ", seen.offer_card.number), facts([[W.kind, V(seen.offer_card.kind)], [W.state, V(`offer_${seen.offer_card.status}`)], [W.until, clock(seen.offer_card.expires_at)]])] : []),
    ...(seen.card ? [el("h2", {}, W.claim, " ", seen.card.number), ...claimFacts(seen.card)] : []),
    el("h2", {}, W.suggested),
    hints.facts ? proposal(W.from_facts, hints.facts.text) : el("p", { class: "soft" }, W.no_facts),
    glossary,
  );
  for (const one of card.querySelectorAll("details")) if (unfolded.has(one.firstChild.textContent)) one.open = true;
}

const noticeFacts = (told) => [
  el("h2", {}, W.notice, " · ", V(told.kind)),
  told.at ? facts([[W.sent_at, clock(told.at)], [W.delivery, delivered(told)]]) : el("p", { class: "soft" }, W.forgotten),
  told.words ? el("p", { class: "proposal" }, told.words) : "",
];

const claimFacts = (claim) => [
  facts([[W.state, V(claim.status)], [W.class, claim.class], [W.debtor, claim.debtor], [W.reason, claim.reason ?? ""]]),
  el("h2", {}, W.timeline),
  el("ol", { class: "steps" }, claim.timeline.map((one) => el("li", {}, `${clock(one.at)} · ${V(one.kind.split(":")[1])} `, el("code", {}, one.receipt)))),
];

// ---- claim review

async function refreshClaims() {
  const found = await call("claims");
  state.skew = Date.parse(found.now) - Date.now();
  state.claims = found.claims;
  if (state.view !== "claims") return;
  if (cols.firstChild !== list || !talk.isConnected) cols.replaceChildren(list, talk, card);
  drawClaims();
  if (state.claim === null) {
    talk.replaceChildren(el("p", { class: "empty" }, W.choose_claim));
    card.replaceChildren();
  } else await openClaim(state.claim);
}

function drawClaims() {
  state.at = Math.min(state.at, Math.max(0, state.claims.length - 1));
  list.replaceChildren(
    ...(state.claims.length
      ? state.claims.map((row, place) =>
          el("button", { class: place === state.at ? "row at" : "row", "data-number": row.number, "aria-current": row.number === state.claim, onclick: () => { state.at = place; openClaim(row.number); } },
            el("span", { class: "head" }, el("b", {}, row.number), row.proposed ? el("span", { class: "tag p2" }, W.proposed) : el("span", { class: "tag" }, V(row.status))),
            el("span", { class: "meta" }, `${span(now() - Date.parse(row.changed_at))} · ${W.evidence} ${row.documents}`)))
      : [el("p", { class: "empty" }, W.no_claims)]),
  );
}

async function openClaim(number) {
  const seen = await call(`claims/${number}`);
  const drawn = JSON.stringify({ ...seen, now: null });
  const same = state.claim === number && talk.dataset.drawn === drawn;
  state.claim = number;
  drawClaims();
  if (same) return; // what somebody is looking at stays
  talk.dataset.drawn = drawn;
  const needs = { queried: true, disputed: true, disallowed: true };
  const decide = async (what) => {
    const fields = needs[what] ? [{ name: "text", words: W.reason, long: true }] : [];
    const given = await ask(W[what], fields, W[what], what === "disallowed");
    if (given) await decides(number, what, given);
  };
  const waits = seen.proposed;
  const own = waits && waits.by === known.name;
  // What the ledger's table of moves allows from here.
  const from = { taken_up: ["submitted", "document_requested"], queried: ["submitted", "under_review"], allowed: ["submitted", "under_review", "disputed"], disputed: ["submitted", "under_review", "document_requested", "allowed"], disallowed: ["submitted", "under_review", "document_requested", "disputed"] };
  const buttons = waits
    ? [...(own || !may(waits.decision) ? [] : [el("button", { class: "main", "data-act": "second", onclick: () => decides(number, waits.decision, {}) }, `${W.second}：${W[waits.decision]}`)]), ...(may("refuse") ? [el("button", { "data-act": "refuse", onclick: () => decides(number, "refuse", {}) }, W.refuse)] : [])]
    : ["taken_up", "queried", "allowed", "disputed", "disallowed"].filter((what) => from[what].includes(seen.status) && may(what)).map((what) => el("button", { class: what === "allowed" ? "main" : what === "disallowed" ? "grave" : "", "data-act": what, onclick: () => decide(what) }, W[what]));
  const writes = may("write_first") ? el("button", { "data-act": "write_first", onclick: () => writesFirst(number) }, W.write_first) : "";
  talk.replaceChildren(
    el("header", {}, el("h1", {}, seen.number, " ", el("span", { class: "tag" }, V(seen.status))), buttons, writes),
    el("div", { class: "lines" },
      waits ? el("div", { class: "warn" }, `${W.proposed}：${W[waits.decision]} · ${waits.by} · ${W.until} ${clock(waits.until)}${waits.reason ? ` · ${W.reason}：${waits.reason}` : ""}`) : "",
      seen.takes_two ? el("p", { class: "soft" }, W.four_eyes) : "",
      el("h2", {}, W.evidence),
      seen.evidence.length ? el("ul", { class: "steps" }, seen.evidence.map((one) => evidence(number, one))) : el("p", { class: "soft" }, W.no_evidence)),
  );
  const figures = may("personal") ? el("div", {}, el("button", { "data-act": "personal", onclick: () => looksAt(number, figures) }, W.personal)) : "";
  card.replaceChildren(el("h2", {}, W.card), el("p", { class: "soft" }, W.masked), figures, ...claimFacts(seen));
}

/** What is decided on, each figure with who says so; shown when asked for, and noted. */
async function looksAt(number, place) {
  try {
    const { figures } = await call(`claims/${number}/personal`, {});
    place.replaceChildren(facts(figures.map((one) => [V(`figure_${one.name}`), `${V(one.value)}${one.name === "amount" ? " USD" : ""}（${V(`from_${one.source}`)}）`])));
  } catch (fault) {
    tell(fault.message);
  }
}

function evidence(number, one) {
  const picture = ["image/jpeg", "image/png", "image/webp"].includes(one.media_type);
  const words = `${one.media_type.split("/").at(-1).toUpperCase()} · ${Math.ceil(one.size / 1024)} KB · ${clock(one.at)} `;
  if (!may("evidence")) return el("li", {}, words);
  const href = `/desk/claims/${number}/evidence/${one.handle}`;
  if (!picture) return el("li", {}, words, el("a", { href, download: true, rel: "noopener noreferrer" }, W.save));
  // Shown only when asked for: each look is noted.
  const button = el("button", { "data-act": "evidence", onclick: () => button.replaceWith(el("img", { class: "shot", src: href, alt: one.media_type })) }, W.open);
  return el("li", {}, words, button);
}

async function writesFirst(number) {
  const given = await ask(W.write_first, [{ name: "text", words: W.answer_here, long: true }], W.send);
  if (!given) return;
  try {
    const done = await call(`claims/${number}/write_first`, given);
    state.number = null;
    await show("tickets");
    await open(done.ticket);
    tell(W.done, true);
  } catch (fault) {
    tell(fault.message);
  }
}

async function decides(number, what, said) {
  try {
    const done = await call(`claims/${number}/${what}`, said);
    tell(done.proposed ? W.proposed_now : W.done, true);
  } catch (fault) {
    tell(fault.message);
  }
  await refresh();
}

// ---- figures: plots of our own, each with the table it was drawn from

function svg(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A plot and its table: read aloud always, shown by a button. */
function plot(title, drawn, head, rows) {
  const shown = (value) => (value === null || value === undefined ? "–" : value);
  const table = el("table", { class: "aloud" }, el("caption", {}, title), el("thead", {}, el("tr", {}, head.map((word) => el("th", { scope: "col" }, word)))), el("tbody", {}, rows.map(([name, ...values]) => el("tr", {}, el("th", { scope: "row" }, name), values.map((value) => el("td", {}, shown(value)))))));
  const button = el("button", { "aria-expanded": "false", onclick: () => button.setAttribute("aria-expanded", String(!table.classList.toggle("aloud"))) }, W.table);
  return el("figure", {}, el("figcaption", {}, title), rows.length ? [drawn, button, table] : el("p", { class: "soft" }, W.nothing_yet));
}

/** Bars that lie: [name, value, how many it rests on]. */
function bars(title, rows, { unit = "", most = 0 } = {}) {
  const high = 24, from = 110, wide = 170;
  const top = most || Math.max(1, ...rows.map(([, value]) => value ?? 0));
  const drawn = svg("svg", { viewBox: `0 0 360 ${Math.max(1, rows.length) * high}`, "aria-hidden": "true" });
  rows.forEach(([name, value, rests], place) => {
    const y = place * high;
    const long = ((value ?? 0) / top) * wide;
    drawn.append(svg("text", { x: from - 8, y: y + 16, "text-anchor": "end" }, name.length > 15 ? `${name.slice(0, 14)}…` : name), svg("rect", { x: from, y: y + 5, width: long, height: high - 10, rx: 2 }), svg("text", { x: from + 6 + long, y: y + 16 }, value === null ? "–" : `${value}${unit}${rests === undefined ? "" : ` (${rests})`}`));
  });
  return plot(title, drawn, ["", title, ...(rows[0]?.[2] === undefined ? [] : [W.count])], rows);
}

/** Columns by day: what came in beside what was settled. */
function columns(title, days, series) {
  const wide = 720, high = 90, foot = 18;
  const most = Math.max(1, ...days.flatMap((day) => series.map(([key]) => day[key])));
  const drawn = svg("svg", { viewBox: `0 0 ${wide} ${high + foot + 14}`, "aria-hidden": "true", class: "days" });
  const step = wide / days.length;
  const every = Math.ceil(days.length / 15);
  days.forEach((day, place) => {
    series.forEach(([key], which) => {
      const tall = (day[key] / most) * high;
      const bar = Math.max(1, (step * 0.8) / series.length);
      drawn.append(svg("rect", { x: place * step + step * 0.1 + which * bar, y: 12 + high - tall, width: bar, height: tall, class: `s${which}` }));
    });
    if (place % every === 0) drawn.append(svg("text", { x: place * step + step / 2, y: high + foot + 8, "text-anchor": "middle" }, day.name));
  });
  drawn.append(svg("text", { x: 0, y: 9 }, String(most)));
  const made = plot(title, drawn, [W.day, ...series.map(([, words]) => words)], days.map((day) => [day.name, ...series.map(([key]) => day[key])]));
  made.classList.add("broad");
  made.firstChild.append(...series.map(([, words], which) => el("span", { class: `key s${which}` }, words)));
  return made;
}

const measures = [["tickets", W.count, {}], ["first", W.first_response, {}], ["whole", W.resolution, {}], ["kept", W.sla_kept, { unit: " %", most: 100 }], ["score", W.satisfaction, { most: 5 }], ["quality", W.quality_mean, { most: 5 }]];
const by = (title, rows) => measures.filter(([key]) => rows.some((row) => row[key] !== undefined)).map(([key, words, shape]) => bars(`${title} · ${words}`, rows.filter((row) => row[key] !== null && row[key] !== undefined).map((row) => [V(row.name), row[key], ...(key === "score" ? [row.rated] : [])]), shape));
const day = (at) => new Date(at).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

async function drawFigures() {
  const found = await call(`figures?days=${state.days}`);
  if (state.view !== "figures") return;
  const period = el("select", { "aria-label": W.period, onchange: () => { state.days = period.value; drawFigures(); } }, ["7", "14", "30", "90"].map((days) => el("option", { value: days, selected: days === state.days }, W.last_days.replace("{n}", days))));
  const tile = (words, value, unit = "") => el("div", { class: "tile" }, el("b", {}, value === null ? "–" : `${value}${unit}`), el("span", { class: "soft" }, words));
  const all = found.whole;
  cols.replaceChildren(
    el("div", {}, el("div", { class: "pane" },
      el("p", {}, period, " ", el("span", { class: "soft" }, `${day(found.since)} – ${day(found.now)} · ${W.as_of} ${clock(found.now)} · ${W.beijing}`)),
      el("div", { class: "tiles" }, tile(W.count, all.tickets), tile(W.first_response, all.first), tile(W.resolution, all.whole), tile(W.sla_kept, all.kept, " %"), tile(W.satisfaction, all.score)),
      found.most ? el("p", { class: "warn" }, W.too_many_to_reckon.replace("{n}", found.most)) : "",
      el("p", { class: "soft" }, W.how_reckoned),
      el("div", { class: "plots" },
        columns(W.per_day, found.by_day, [["tickets", W.came_in], ["solved", W.were_solved]]),
        bars(W.load, Object.entries(found.load).map(([name, value]) => [V(name), value])),
        bars(W.waiting_by_tier, Object.entries(found.tiers).map(([name, value]) => [V(name), value])),
        bars(`${W.per_day_kept}`, found.by_day.filter((one) => one.kept !== null).map((one) => [one.name, one.kept, one.tickets]), { unit: " %", most: 100 }),
        by(W.by_agent, found.agents),
        by(W.by_category, found.categories)),
    )),
  );
}

// ---- the sample: what a supervisor reads, and what an agent is told of his own

async function drawQuality() {
  const found = await call(`quality${state.week ? `?week=${state.week}` : ""}`);
  if (state.view !== "quality") return;
  const typing = document.activeElement?.closest("form.score");
  if (typing) return; // nobody's remark is taken from under his hands
  const week = el("input", { type: "week", value: found.week, "aria-label": W.week, onchange: () => { state.week = week.value; drawQuality(); } });
  const scored = (one) => el("p", {}, el("b", {}, `${one.score} / 5`), ` ${one.remark} `, el("span", { class: "soft" }, `${one.by} · ${clock(one.at)}`));
  const form = (row) => {
    const score = el("select", { name: "score", "aria-label": W.score }, ["5", "4", "3", "2", "1"].map((one) => el("option", { value: one, selected: row.scored?.score === Number(one) }, one)));
    const remark = el("input", { name: "text", required: true, maxlength: 300, placeholder: W.remark, "aria-label": W.remark });
    return el("form", { class: "score", onsubmit: async (event) => {
      event.preventDefault();
      try {
        await call(`quality/${row.number}`, { score: score.value, text: remark.value, week: found.week });
        tell(W.done, true);
        document.activeElement.blur();
        await drawQuality();
      } catch (fault) { tell(fault.message); }
    } }, score, remark, el("button", { class: "main" }, W.give));
  };
  const goes = (number) => el("button", { onclick: async () => { await show("tickets"); await open(number); } }, number);
  cols.replaceChildren(el("div", {}, el("div", { class: "pane" },
    el("p", {}, week, " ", el("span", { class: "soft" }, `${W.as_of} ${clock(found.now)} · ${W.beijing}`)),
    el("p", { class: "soft" }, found.sample ? W.how_sampled : W.own_scores),
    found.sample
      ? found.sample.map((row) => el("section", { class: "drawn", "data-number": row.number }, el("p", {}, goes(row.number), ` ${row.agent} · ${V(row.category)} · ${clock(row.solved_at)}${row.rated ? ` · ${W.satisfaction} ${row.rated}` : ""}`), row.scored ? scored(row.scored) : "", may("score") && row.agent !== known.name ? form(row) : ""))
      : found.own.map((one) => el("section", { class: "drawn" }, el("p", {}, goes(one.number), ` ${one.week}`), scored(one))),
    (found.sample ?? found.own).length ? "" : el("p", { class: "empty" }, W.nothing_yet),
  )));
}

// ---- keys

document.addEventListener("keydown", (event) => {
  const typing = ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement?.tagName);
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  if (typing || state.ask) {
    if (event.key === "Escape") {
      if (state.ask) {
        state.ask = null;
        drawTicket();
      } else document.activeElement.blur();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      talk.querySelector(state.ask ? '[data-act="send"]' : '[data-act="go"]')?.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = state.view === "claims" ? state.claims : kept();
  const move = (by) => {
    state.at = Math.max(0, Math.min(rows.length - 1, state.at + by));
    if (state.view === "claims") drawClaims();
    else drawQueue();
    list.querySelector(".at")?.scrollIntoView({ block: "nearest" });
  };
  const write = (mode) => {
    if (!state.seen || !may("answer") || state.view !== "tickets") return;
    state.mode = mode;
    drawTicket();
    talk.querySelector("textarea").focus();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    Enter: () => rows[state.at] && (state.view === "claims" ? openClaim(rows[state.at].number) : open(rows[state.at].number)),
    r: () => write("answer"),
    n: () => write("note"),
    t: () => state.number && may("take") && state.view === "tickets" && does("take"),
    g: () => list.focus(),
    c: () => { write("answer"); talk.querySelector('.composer input[type="search"]')?.focus(); },
    f: () => talk.querySelector('[data-act="attach"]')?.click(),
    w: () => { if (glossary.isConnected) lookup.focus(); },
    "/": () => finder.focus(),
    1: () => show("tickets"),
    2: () => show("claims"),
    3: () => may("figures") && show("figures"),
    4: () => show("quality"),
    "?": help,
  };
  if (event.key === "Enter" && document.activeElement?.tagName === "BUTTON") return;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

// ---- live

// Words in the open ticket are shown at once; the queue changes with every word of anybody, and is read less often.
const QUEUE_EVERY = 500;
let readAt = 0;
let readLater = 0;

function changed(numbers) {
  if (state.view !== "tickets") return void refresh();
  if (state.number !== null && (numbers.includes("*") || numbers.includes(state.number))) open(state.number, true).catch((fault) => tell(fault.message));
  readLater ||= setTimeout(() => {
    readLater = 0;
    readAt = Date.now();
    if (state.view === "tickets") refreshTickets(false).catch((fault) => tell(fault.message));
  }, Math.max(0, readAt + QUEUE_EVERY - Date.now()));
}

function listen() {
  const source = new EventSource("/desk/stream");
  source.addEventListener("changed", (event) => { if (strip.textContent === W.offline) tell(""); changed(event.data.split(" ")); });
  source.addEventListener("typing", (event) => { if (state.view === "tickets" && event.data.split(" ").includes(state.number)) showTyping(true); });
  source.onerror = () => {
    if (over) return source.close();
    tell(W.offline);
    if (source.readyState !== EventSource.CLOSED) return;
    call("queue").catch(() => null); // it may be that nobody may listen any more
    setTimeout(() => { if (!over) listen(); }, 5000);
  };
}

show("tickets").then(listen);
