// The desk: queue, talk, case, review. Everything is put in as text; no HTML is made of what anybody wrote.

const known = JSON.parse(document.getElementById("known").textContent);
const W = known.words;
const V = (word) => known.values[word] ?? word;
const may = (what) => known.may.includes(what);
const root = document.getElementById("desk");
const drafts = new Map(); // what was written and not sent, by ticket

const state = { view: "tickets", queue: [], claims: [], number: null, claim: null, at: 0, seen: null, read: null, skew: 0, mode: "answer", ask: null, filter: { tier: "", locale: "", status: "", agent: "" } };

// ---- small things

function el(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...inside.flat().filter((part) => part !== null && part !== undefined && part !== false));
  return made;
}

const now = () => Date.now() + state.skew;
const clock = (at) => new Date(at).toLocaleString(known.locale === "en" ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
function span(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d`;
}

class Told extends Error {
  constructor(status, found) {
    super(found.text ?? String(status));
    this.status = status;
    this.code = found.error ?? "";
  }
}

async function call(path, said) {
  const options = said === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json", "X-Desk-Csrf": known.csrf }, body: JSON.stringify(said) };
  let answer;
  try {
    answer = await fetch(`/desk/${path}`, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Told(0, { text: W.offline });
  }
  const found = await answer.json().catch(() => ({}));
  if (answer.status === 401) tell(W.ended);
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

/** Ask for a few words in a dialog; null if it was closed. */
function ask(title, fields, label = W.ok, grave = false) {
  return new Promise((resolve) => {
    const inputs = fields.map(({ name, words, long, value }) => el("label", {}, words, el(long ? "textarea" : "input", { name, required: true, ...(value ? { value } : {}) })));
    const form = el("form", { method: "dialog" }, el("h1", {}, title), inputs, el("div", { class: "buttons" }, el("button", { class: grave ? "main grave" : "main", value: "ok" }, label), el("button", { type: "button", onclick: () => box.close("") }, W.back)));
    const box = el("dialog", {}, form);
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

const views = [["tickets", W.tickets], ["claims", W.claims], ...(may("figures") ? [["figures", W.figures]] : [])];
const nav = el("nav", {}, views.map(([name, words]) => el("button", { "data-view": name, onclick: () => show(name) }, words)));
const lang = el("a", { href: `/desk?lang=${known.locale === "en" ? "zh_Hans" : "en"}` }, known.locale === "en" ? "中文" : "English");
const cols = el("div", { class: "cols" });
root.append(
  el("header", { class: "top" }, el("h1", {}, document.title), nav, el("span", { class: "soft" }, `${known.name} · ${V(known.role)}`), lang, el("button", { onclick: help, title: W.help }, "?"), el("button", { onclick: leave }, W.leave)),
  strip,
  cols,
);

function help() {
  const box = el("dialog", {}, el("h1", {}, W.help), el("p", {}, W.keys), el("form", { method: "dialog" }, el("button", { class: "main" }, W.close_it)));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
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
  cols.classList.toggle("whole", view === "figures");
  await refresh();
}

async function refresh() {
  try {
    if (state.view === "tickets") await refreshTickets();
    else if (state.view === "claims") await refreshClaims();
    else await drawFigures();
  } catch (fault) {
    tell(fault.message);
  }
}

// ---- the queue

const list = el("div", { class: "list", tabindex: -1 });
const talk = el("section", { class: "talk" });
const card = el("aside", { class: "card" });

async function refreshTickets() {
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
  } else await open(state.number, true);
}

const kept = () => state.queue.filter((row) => Object.entries(state.filter).every(([key, value]) => !value || (key === "agent" ? row.agent === known.name : row[key] === value)));

function drawQueue() {
  const choose = (key, label) => {
    const values = [...new Set(state.queue.map((row) => row[key]))].sort();
    const made = el("select", { "aria-label": label, onchange: () => { state.filter[key] = made.value; drawQueue(); } }, el("option", { value: "" }, label), values.map((value) => el("option", { value, selected: state.filter[key] === value }, V(value))));
    return made;
  };
  const mine = el("select", { "aria-label": W.has, onchange: () => { state.filter.agent = mine.value; drawQueue(); } }, el("option", { value: "" }, W.all), el("option", { value: "mine", selected: state.filter.agent === "mine" }, W.mine));
  const rows = kept();
  state.at = Math.min(state.at, Math.max(0, rows.length - 1));
  list.replaceChildren(
    el("div", { class: "filters" }, mine, choose("tier", W.tier), choose("locale", W.language), choose("status", W.state)),
    ...(rows.length ? rows.map(drawRow) : [el("p", { class: "empty" }, W.nobody)]),
  );
}

function drawRow(row, place) {
  const late = row.status === "open" && row.due_at && Date.parse(row.due_at) < now();
  const wait = row.status === "open" && row.asked_at ? `${W.waits} ${span(now() - Date.parse(row.asked_at))}` : V(row.status);
  return el(
    "button",
    { class: place === state.at ? "row at" : "row", "data-number": row.number, "aria-current": row.number === state.number, onclick: () => { state.at = place; drawQueue(); open(row.number); } },
    el("span", { class: "head" }, el("b", {}, row.number), el("span", { class: late ? "tag late" : `tag p${row.priority}` }, late ? W.overdue : V(String(row.priority)))),
    el("span", { class: "last" }, row.last),
    el("span", { class: "meta" }, `${wait} · ${V(row.tier)} · ${V(row.locale)}${row.agent ? ` · ${row.agent}` : ""}`),
  );
}

// ---- one ticket

async function open(number, again = false) {
  const seen = await call(`tickets/${number}`);
  if (again && state.number !== number) return;
  const same = again && state.seen && state.seen.number === number && state.seen.revision === seen.revision && state.seen.masked === seen.masked;
  if (!again) {
    if (state.number !== number) state.ask = null;
    state.mode = "answer";
    state.read = seen.revision;
  }
  state.number = number;
  state.seen = seen;
  if (!same) drawTicket(again);
  if (!again) drawQueue();
}

function drawTicket(again) {
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
  ];
  const lines = el("div", { class: "lines", tabindex: 0, "aria-live": "polite" }, seen.lines.map(drawLine));
  talk.replaceChildren(
    el("header", {}, el("h1", {}, seen.number, " ", el("span", { class: "tag" }, V(seen.status))), acts.filter(([what, , fits]) => fits && may(what)).map(([what, words, , run]) => el("button", { "data-act": what, onclick: run }, words))),
    lines,
    may("answer") ? composer() : "",
  );
  lines.scrollTop = lines.scrollHeight;
  drawCard();
  if (had) {
    const fresh = talk.querySelector("textarea");
    fresh.focus();
    fresh.setSelectionRange(...had);
  }
}

function drawLine(line) {
  if (line.kind === "event") return el("div", { class: "said event" }, `${clock(line.at)} · ${V(line.code)}${line.agent ? ` · ${line.agent}` : ""}${line.text ? ` · ${line.text}` : ""}`);
  const ours = line.agent !== null;
  const way = ours && line.kind === "said" ? (line.delivery === "sent" ? W.sent : line.delivery ? `${W.not_sent} (${line.delivery})` : W.on_its_way) : "";
  const who = `${line.kind === "note" ? `${W.note} · ` : ""}${line.agent ?? W.creditor} · ${clock(line.at)}${line.edited ? ` · ${W.edited}` : ""}${way ? ` · ${way}` : ""}`;
  return el("div", { class: `said${line.kind === "note" ? " note" : ours ? " ours" : ""}`, "data-line": line.id }, el("span", { class: "who" }, who), line.text);
}

function composer() {
  const seen = state.seen;
  const key = `${seen.number} ${state.mode}`;
  const note = state.mode === "note";
  const box = el("div", { class: note ? "composer note" : "composer" });
  if (state.ask) return asking(box, key);
  const text = el("textarea", { "aria-label": note ? W.note_here : W.answer_here, placeholder: note ? W.note_here : W.answer_here, oninput: () => drafts.set(key, text.value) });
  text.value = drafts.get(key) ?? "";
  // Ready replies in the creditor's language, found by any word of theirs; what stands in braces is to be filled in.
  const names = el("datalist", { id: "canned" }, seen.canned.map((one) => el("option", { value: `${one.name} · ${one.text}` })));
  const search = el("input", { type: "search", list: "canned", placeholder: W.canned, "aria-label": W.canned, oninput: () => {
    const one = seen.canned.find((reply) => search.value === `${reply.name} · ${reply.text}`);
    if (!one) return;
    text.value = text.value ? `${text.value}\n${one.text}` : one.text;
    drafts.set(key, text.value);
    search.value = "";
    text.focus();
    const gap = /\{\w+\}/.exec(text.value);
    if (gap) text.setSelectionRange(gap.index, gap.index + gap[0].length);
  } });
  const other = (mode) => () => { state.mode = mode; drawTicket(); talk.querySelector("textarea").focus(); };
  box.append(
    seen.reachable ? "" : el("p", { class: "fault" }, W.unreachable),
    ...(note ? [] : [names, search]),
    text,
    el("div", { class: "buttons" }, el("button", { class: "main", "data-act": "go", onclick: () => (note ? sendNote(text.value, key) : preview(text.value)) }, note ? W.note : W.preview), note ? "" : el("button", { "data-act": "ask_document", onclick: () => preview(text.value, "ask_document") }, W.ask_document), el("button", { onclick: other(note ? "answer" : "note") }, note ? W.answer : W.note)),
  );
  return box;
}

/** The read-back, or the warning that somebody was faster. */
function asking(box, key) {
  const { title, text, warns, sure } = state.ask;
  const send = el("button", { class: "main", "data-act": "send", onclick: () => sendAnswer(key, sure) }, sure ? W.send_anyway : W.send);
  box.append(
    warns ? el("div", { class: "warn", role: "alert" }, warns) : "",
    el("p", { class: "soft" }, W.read_back),
    el("div", { class: "read-back" }, el("b", {}, title), "\n", text),
    el("div", { class: "buttons" }, send, el("button", { "data-act": "back", onclick: () => { state.ask = null; drawTicket(); talk.querySelector("textarea").focus(); } }, W.back)),
  );
  return box;
}

async function preview(text, as = "answer") {
  if (/\{\w+\}/.test(text)) return tell(W.gaps);
  try {
    const found = await call(`tickets/${state.number}/preview`, { text, as });
    const faster = state.seen.revision !== state.read;
    state.ask = { ...found, as, warns: faster ? W.overtaken : "", sure: false };
    drawTicket();
    talk.querySelector('[data-act="send"]').focus();
  } catch (fault) {
    tell(fault.message);
  }
}

async function sendAnswer(key, sure) {
  const said = { text: drafts.get(key) ?? "", revision: String(state.read), ...(sure ? { sure: "yes" } : {}) };
  try {
    await call(`tickets/${state.number}/${state.ask.as}`, said);
    drafts.delete(key);
    state.ask = null;
    tell(W.done, true);
    await open(state.number);
    list.focus();
    await refresh();
  } catch (fault) {
    const others = fault.code === "OthersDetails";
    if (fault.code === "Overtaken" || others) {
      // The second of two sees what the first one did before anything goes out.
      if (!others) await open(state.number);
      state.ask = { ...state.ask, warns: `${fault.message} ${others ? "" : W.overtaken}`, sure: others && state.ask.as === "answer" };
      drawTicket();
    } else tell(fault.message);
  }
}

async function sendNote(text, key) {
  drafts.delete(key);
  if (await does("note", { text })) state.mode = "answer";
  else drafts.set(key, text);
  drawTicket();
}

async function does(what, said = {}) {
  try {
    await call(`tickets/${state.number}/${what}`, said);
    tell(W.done, true);
    await open(state.number);
    await refresh();
    return true;
  } catch (fault) {
    tell(fault.message);
    return false;
  }
}

async function asks(what, title, fields) {
  const given = await ask(title, fields);
  if (given) await does(what, given);
}

const facts = (rows) => el("dl", {}, rows.filter(([, value]) => value !== null && value !== undefined && value !== "").flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));

function drawCard() {
  const seen = state.seen;
  const reveal = may("reveal") ? el("button", { "data-act": "reveal", onclick: () => asks("reveal", W.reveal, [{ name: "text", words: W.reveal_why }]) }, W.reveal) : "";
  card.replaceChildren(
    el("h2", {}, W.card),
    el("p", { class: "soft" }, seen.masked ? W.masked : W.unmasked),
    seen.masked ? reveal : "",
    facts([
      [W.priority, V(String(seen.priority))], [W.category, V(seen.category)], [W.tier, V(seen.tier)], [W.has, seen.agent ?? W.nobodys], [W.language, V(seen.locale)],
      [W.opened, clock(seen.opened_at)], [W.due, seen.due_at ? clock(seen.due_at) : ""], [W.flags, seen.flags.map(V).join(", ")], [W.reason, seen.reason ?? ""], [W.offer, seen.offer ?? ""],
    ]),
    ...(seen.others.length ? [el("h2", {}, W.others), el("p", {}, seen.others.map((number) => el("button", { onclick: () => open(number) }, number)))] : []),
    ...(seen.files.length ? [el("h2", {}, W.files), el("ul", { class: "steps" }, seen.files.map((one) => el("li", {}, one.harm ? `${one.name} · ${W.quarantined}` : seen.masked || !may("file") ? one.name : el("a", { href: `/desk/tickets/${seen.number}/files/${one.handle}`, target: "_blank", rel: "noopener noreferrer" }, one.name))))] : []),
    ...(seen.card ? [el("h2", {}, W.claim, " ", seen.card.number), ...claimFacts(seen.card)] : []),
  );
}

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
  talk.replaceChildren(
    el("header", {}, el("h1", {}, seen.number, " ", el("span", { class: "tag" }, V(seen.status))), buttons),
    el("div", { class: "lines" },
      waits ? el("div", { class: "warn" }, `${W.proposed}：${W[waits.decision]} · ${waits.by} · ${clock(waits.until)}`) : "",
      seen.takes_two ? el("p", { class: "soft" }, W.four_eyes) : "",
      el("h2", {}, W.evidence),
      seen.evidence.length ? el("ul", { class: "steps" }, seen.evidence.map((one) => evidence(number, one))) : el("p", { class: "soft" }, W.no_evidence)),
  );
  card.replaceChildren(el("h2", {}, W.card), el("p", { class: "soft" }, W.masked), ...claimFacts(seen));
}

function evidence(number, one) {
  const picture = ["image/jpeg", "image/png", "image/webp"].includes(one.media_type);
  const words = `${one.media_type} · ${Math.ceil(one.size / 1024)} KB · ${clock(one.at)} `;
  if (!may("evidence")) return el("li", {}, words);
  const href = `/desk/claims/${number}/evidence/${one.handle}`;
  if (!picture) return el("li", {}, words, el("a", { href, download: true, rel: "noopener noreferrer" }, W.save));
  // Shown only when asked for: each look is noted.
  const button = el("button", { "data-act": "evidence", onclick: () => button.replaceWith(el("img", { class: "shot", src: href, alt: one.media_type })) }, W.open);
  return el("li", {}, words, button);
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

// ---- figures

function bars(title, rows) {
  const most = Math.max(1, ...rows.map(([, value]) => value ?? 0));
  const high = 22;
  const make = (name, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const drawn = make("svg", { viewBox: `0 0 360 ${Math.max(1, rows.length) * high}`, role: "img", "aria-label": title });
  rows.forEach(([name, value], place) => {
    const y = place * high;
    drawn.append(make("text", { x: 0, y: y + 15 }, name), make("rect", { x: 110, y: y + 4, width: ((value ?? 0) / most) * 200, height: high - 8, rx: 2 }), make("text", { x: 116 + ((value ?? 0) / most) * 200, y: y + 15 }, value ?? "–"));
  });
  return el("section", {}, el("h2", {}, title), rows.length ? drawn : el("p", { class: "soft" }, W.nothing_yet));
}

async function drawFigures() {
  const found = await call("figures");
  if (state.view !== "figures") return;
  const of = (rows, key) => rows.filter((row) => row[key] !== null).map((row) => [V(row.name), row[key]]);
  cols.replaceChildren(
    el("div", {}, el("div", { class: "pane" }, el("p", { class: "soft" }, W.days), el("div", { class: "plots" },
      bars(W.load, Object.entries(found.load).map(([name, value]) => [V(name), value])),
      bars(W.per_day, found.days.map((one) => [one.day, one.opened])),
      bars(`${W.by_agent} · ${W.first_response}`, of(found.agents, "first")),
      bars(`${W.by_agent} · ${W.resolution}`, of(found.agents, "whole")),
      bars(`${W.by_category} · ${W.first_response}`, of(found.categories, "first")),
      bars(`${W.by_agent} · ${W.satisfaction}`, of(found.agents, "score")),
    ))),
  );
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
    "?": help,
  };
  if (event.key === "Enter" && document.activeElement?.tagName === "BUTTON") return;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

// ---- live

function listen() {
  const source = new EventSource("/desk/stream");
  source.addEventListener("changed", () => { if (strip.textContent === W.offline) tell(""); refresh(); });
  source.onerror = () => {
    tell(W.offline);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
}

show("tickets").then(listen);
