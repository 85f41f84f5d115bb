// The conversation: what was said, what is being said, and everything that keeps the two apart.

import { el, leaving, line, place } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Scroll } from "./scroll.js";
import { Unsent } from "./unsent.js";
import { News, messages as history, types } from "./wire.js";
import { say, speak, spoken, ways } from "./words.js";

const get = (id) => document.getElementById(id);
const log = get("log");
const lines = []; // {message, node}: the history from some place to its end, without a gap
const scroll = new Scroll(get("talk"), get("newer"), get("newer-says"));

const first = () => lines[0]?.message.seq ?? 1;
const last = () => lines.at(-1)?.message.seq ?? 0;

// ---------------------------------------------------------------- the history

/** Add what is new of these; a gap is first filled from the server. */
async function add(found) {
  const fresh = found.filter((message) => message.seq > last()).sort((a, b) => a.seq - b.seq);
  if (!fresh.length) return;
  if (fresh[0].seq > last() + 1) return catchUp();
  const ours = fresh.filter((message) => !message.mine);
  waited ||= ours.some(ofTicket);
  scroll.grow(() => {
    for (const message of fresh) {
      // Two answers may bring the same message; the second finds it here.
      if (message.seq === last() + 1) append(message).classList.toggle("fresh", !message.mine);
    }
    refresh();
    showUnsent();
    return ours.length ? nodeOf(ours[0].seq) : null;
  });
  if (ours.length) showTyping(false);
  if (document.hidden) countUnread(ours.length);
  const read = new Set(fresh.map((message) => message.seq)); // these came in their newest words
  await revise(ours.flatMap((message) => message.revises ?? []).filter((seq) => !read.has(seq)));
}

/** Words that are others now: draw those lines anew, where they are. What is not loaded comes right when it is. */
async function revise(places) {
  for (const seq of new Set(places)) {
    if (!lines.some(({ message }) => message.seq === seq)) continue;
    const [now] = (await history({ after: seq - 1, limit: 1 })).messages;
    const index = lines.findIndex(({ message }) => message.seq === seq);
    if (now?.seq !== seq || index < 0) continue;
    scroll.below(() => {
      const node = draw(now);
      lines[index].node.replaceWith(node);
      lines[index] = { message: now, node };
      place(node, now, lines[index - 1]?.message);
      refresh();
    });
  }
}

const nodeOf = (seq) => lines.find(({ message }) => message.seq === seq).node;

function append(message) {
  const node = draw(message);
  place(node, message, lines.at(-1)?.message);
  lines.push({ message, node });
  log.append(node);
  return node;
}

/** Read what was missed. Also the first look: then the end of the history is read. */
async function catchUp() {
  if (!lines.length) {
    const found = await history({});
    sessionEnded(false);
    if (!found.messages.length) return unsent.start();
    await add(shifted(found.messages));
    scroll.toEnd();
    return;
  }
  let found;
  do {
    found = (await history({ after: last() })).messages;
    sessionEnded(false);
    await add(found);
  } while (found.length >= 40);
}

/** The first lines may begin anywhere: nothing before them is missing, it is only not loaded yet. */
function shifted(found) {
  if (lines.length || found[0].seq === 1) return found;
  append(found[0]);
  get("older").hidden = false;
  return found.slice(1);
}

let loadingOlder = false;
async function older() {
  if (loadingOlder || !lines.length || first() <= 1) return;
  loadingOlder = true;
  try {
    const { messages: found } = await history({ before: first() });
    log.setAttribute("aria-live", "off"); // old words are no news
    scroll.above(() => {
      const drawn = found.map((message) => ({ message, node: draw(message) }));
      lines.unshift(...drawn);
      drawn.forEach(({ message, node }, index) => place(node, message, drawn[index - 1]?.message));
      const next = lines[drawn.length];
      if (next) place(next.node, next.message, drawn.at(-1)?.message);
      log.prepend(...drawn.map(({ node }) => node));
      refresh();
    });
    setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
    get("older").hidden = first() <= 1 || !found.length;
  } catch {
    // The banner says that the line is down; scrolling up again tries again.
  } finally {
    loadingOlder = false;
  }
  if (!get("older").hidden) {
    topSight.unobserve(get("older")); // still in sight? then it is reported once more
    topSight.observe(get("older"));
  }
}
const topSight = new IntersectionObserver(([seen]) => seen.isIntersecting && older(), { root: get("talk"), rootMargin: "300px 0px 0px" });
topSight.observe(get("older"));

// ---------------------------------------------------------------- choices

const local = (choice) => choice.token.startsWith("~");
const asks = (message) => !message.mine && !message.notice;

function draw(message, how = {}) {
  return line(message, { live: true, chosen: null, tap, copy, ...how });
}

/** Which questions are still open: a later answer, or a later question with buttons of its own, closes one. */
function refresh() {
  let answered = false;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const { message, node } = lines[index];
    if (message.mine) answered = true;
    const all = message.choices.flat();
    if (!all.length) continue;
    const live = !answered;
    const next = lines[index + 1]?.message;
    const chosen = next?.mine && all.some((choice) => choice.label === next.text) ? next.text : null;
    const look = `${live}|${chosen}|${spoken()}`;
    if (node.dataset.look !== look) {
      const drawn = draw(message, { live, chosen });
      node.querySelector(".choices").replaceWith(drawn.querySelector(".choices"));
      node.dataset.look = look;
    }
    if (asks(message) && all.some(local)) answered = true;
  }
  const question = lines.findLast(({ message }) => asks(message));
  composer.expect(question?.message.expects ?? "text", question?.message.accept);
  showQuick();
}

let byKeyboard = false; // then the focus follows the conversation; on a phone that would open the keyboard
function tap(choice, event) {
  if (unsent.busy) return;
  byKeyboard = event?.detail === 0;
  speakUp({ kind: "choice", choice: choice.token, label: choice.label });
}

async function copy(value, button) {
  const words = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    // No clipboard on plain http, nor in some in-app browsers: the old way.
    const box = el("textarea", { class: "unseen", readonly: true });
    box.value = value;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
    button.focus({ preventScroll: true });
  }
  words.textContent = say("copied");
  button.classList.add("done");
  tell(say("copied"));
  setTimeout(() => {
    words.textContent = say("copy");
    button.classList.remove("done");
  }, 2000);
}

/** For those who listen rather than look. */
function tell(words) {
  get("told").textContent = "";
  requestAnimationFrame(() => (get("told").textContent = words));
}

// ---------------------------------------------------------------- quick replies

/** The open question's choices while its buttons are out of sight, else the ways that are always there. */
const sight = new IntersectionObserver(
  (seen) => {
    for (const { target, intersectionRect, intersectionRatio } of seen)
      target.dataset.seen = intersectionRatio > 0.5 || intersectionRect.height > 160 ? "1" : "";
    showQuick();
  },
  { root: get("talk"), threshold: [0, 0.25, 0.51, 0.75, 1] },
);
let watched = null;
const way = (name) => ({ label: say(name), token: ways[name] });

function showQuick() {
  const question = lines.findLast(({ message }) => asks(message));
  const box = question?.node.querySelector(".choices") ?? null;
  if (box !== watched) {
    if (watched) sight.unobserve(watched);
    if (box) {
      box.dataset.seen = "1"; // until told otherwise
      sight.observe(box);
    }
    watched = box;
  }
  const live = [...(box?.querySelectorAll("button:not([disabled])") ?? [])].map((button) => button.dataset.token);
  const offered = question?.message.choices.flat().filter((choice) => live.includes(choice.token)) ?? [];
  const standing = ["menu", "status", "offers", "person"].map(way);
  const shown = box && !box.dataset.seen && offered.length ? offered.slice(0, 10) : standing;
  const look = JSON.stringify(shown);
  const bar = get("quick");
  if (bar.dataset.look === look) return;
  bar.dataset.look = look;
  bar.replaceChildren(
    ...shown.map((choice) =>
      el("button", { type: "button", class: `chip ${choice.style ?? ""}`, onclick: (event) => tap(choice, event) }, choice.label),
    ),
  );
  bar.scrollLeft = 0;
}

// ---------------------------------------------------------------- saying something

function speakUp(turn, file) {
  unsent.add({ after: last(), ...turn }, file);
  scroll.toEnd();
}

const composer = new Composer({
  said(text) {
    byKeyboard = false;
    speakUp({ kind: "text", text });
  },
  writes,
  sent: (file) => speakUp({ kind: "file", name: file.name, size: file.size }, file),
  tooLarge(file, limit) {
    const words = say("file_too_large", { name: file.name, limit });
    scroll.below(() => get("unsent").append(el("p", { class: "aside" }, words)));
    tell(words);
  },
});

const unsent = new Unsent({
  async answered(answer) {
    if (answer.words) changeWords(answer.locale, answer.words);
    await add(answer.messages);
    if (byKeyboard) followFocus();
  },
  changed: () => showUnsent(),
  trouble(failure) {
    link.posts = failure === null || failure.status === 429;
    if (failure?.status === 401) sessionEnded(true);
    showLine();
  },
});

function followFocus() {
  byKeyboard = false;
  const buttons = lines.at(-1)?.node.querySelectorAll(".choice:not([disabled])");
  if (buttons?.length) buttons[0].focus();
  else composer.focus();
}

/** A turn that has arrived by another way already (its answer was lost): the history shows it. */
function arrived(turn) {
  const shown = turn.kind === "file" ? turn.name : (turn.text ?? turn.label);
  return lines.some(({ message }) => message.mine && message.seq > turn.after && (message.title || message.text) === shown);
}

/** Whoever answers a ticket may see that its creditor types; of what he types nothing is told. */
const HINT = 5200; // a little more than the server takes them at
const ofTicket = (message) => JSON.stringify([message.copies, message.choices]).includes("KF-");
let waited = false; // somebody may wait for it
let hintedAt = 0;
async function writes() {
  if (!waited || Date.now() - hintedAt < HINT) return;
  hintedAt = Date.now();
  waited = await types().catch(() => waited);
}

/** A person at the desk is writing: shown for a few seconds, unless told again. */
const TYPING = 6000;
let typingTimer = 0;
function showTyping(writes) {
  clearTimeout(typingTimer);
  if (get("person-typing").hidden === writes) scroll.below(() => (get("person-typing").hidden = !writes));
  if (writes) typingTimer = setTimeout(() => showTyping(false), TYPING);
}

let dotsTimer = 0;
function showUnsent() {
  scroll.below(() => {
    const box = get("unsent");
    const shown = unsent.turns.filter((turn) => turn.kind !== "command" && !arrived(turn));
    const keep = new Map([...box.children].map((node) => [node.dataset.id, node]));
    const nodes = shown.map((turn) => {
      const look = [turn.state, turn.tries > 0, turn.slow, spoken()].join();
      const old = keep.get(turn.id);
      if (old?.dataset.look === look) return old;
      const node = leaving(turn, { again: (one) => unsent.again(one), remove: (one) => unsent.remove(one) });
      node.dataset.look = look;
      return node;
    });
    const asides = [...box.querySelectorAll(".aside")].slice(-3);
    box.replaceChildren(...(unsent.busy ? [] : asides), ...nodes);
    document.body.classList.toggle("busy", unsent.busy);
    for (const button of document.querySelectorAll(".choice, .chip, .top .round, #safety_way")) {
      if (unsent.busy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    clearTimeout(dotsTimer);
    const working = unsent.turns.some((turn) => turn.state === "sending" && turn.tries === 0 && turn.kind !== "file");
    if (!working) get("typing").hidden = true;
    // An answer that is there at once needs no sign that it is being written.
    else dotsTimer = setTimeout(() => scroll.below(() => (get("typing").hidden = false)), 350);
  });
}

for (const name of ["menu", "language", "safety_way"]) get(name).addEventListener("click", (event) => tap(way(name), event));

function changeWords(locale, words) {
  speak(locale, words);
  document.title = say("name");
  lines.forEach((entry, index) => {
    const node = draw(entry.message);
    entry.node.replaceWith(node);
    entry.node = node;
    place(node, entry.message, lines[index - 1]?.message);
  });
  get("quick").dataset.look = "";
  composer.hint();
  scroll.show();
  refresh();
}

// ---------------------------------------------------------------- the line

const link = { news: true, posts: true, session: true };
let lineTimer = 0;

function showLine() {
  const down = !link.session || !link.news || !link.posts;
  if (!down) {
    clearTimeout(lineTimer);
    lineTimer = 0;
    get("banner").hidden = true;
    return;
  }
  const show = () => {
    lineTimer = 0;
    const words = !link.session ? "no_session" : navigator.onLine ? "reconnecting" : "offline";
    get("banner").hidden = false;
    get("banner").classList.toggle("ended", !link.session);
    get("banner-reload").hidden = link.session;
    get("banner-says").dataset.say = words;
    if (get("banner-says").textContent !== say(words)) get("banner-says").textContent = say(words);
  };
  if (!get("banner").hidden || !link.session) show();
  // A hiccup that heals by itself need not be told.
  else lineTimer ||= setTimeout(show, 1200);
}

function sessionEnded(ended) {
  link.session = !ended;
  showLine();
}
get("banner-reload").addEventListener("click", () => location.reload());

const news = new News({
  after: last,
  catchUp,
  hear: (message) => add([message]).catch(() => news.open()),
  typing: () => showTyping(true),
  state(open, failure) {
    link.news = open;
    if (failure?.status === 401) sessionEnded(true);
    showLine();
    if (open) unsent.nudge();
  },
});

addEventListener("online", () => {
  news.nudge();
  unsent.nudge();
});
addEventListener("offline", () => {
  link.news = false;
  showLine();
  news.close();
});

// ---------------------------------------------------------------- coming and going

let unread = 0;
let sleep = 0;
function countUnread(more) {
  unread += more;
  document.title = unread ? `(${unread}) ${say("name")}` : say("name");
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(sleep);
  if (document.hidden) {
    sleep = setTimeout(() => news.close(), 5 * 60 * 1000); // a page nobody looks at needs no line
    return;
  }
  unread = 0;
  countUnread(0);
  lines.forEach(({ message, node }, index) => place(node, message, lines[index - 1]?.message)); // "today" may be yesterday now
  news.nudge();
});
addEventListener("pageshow", (event) => event.persisted && news.open());

// The page is as high as what can be seen above the keyboard (iOS leaves the layout as it was).
const view = window.visualViewport;
function fit() {
  if (!view || view.scale > 1.01) return;
  const root = document.documentElement;
  root.style.setProperty("--height", `${view.height}px`);
  document.body.classList.toggle("typing", innerHeight - view.height > 120);
  if (scrollY) scrollTo(0, 0);
}
view?.addEventListener("resize", fit);
view?.addEventListener("scroll", fit);
fit();

unsent.run();
showUnsent();
refresh();
news.open();
