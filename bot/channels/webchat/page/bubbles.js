// Messages as they look. What comes from outside is only ever set as text, never as markup.

import { bytes, moment, say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const LINK = /https:\/\/[\w.~:/?#@!$&'*+,;=%-]+/g;
const NUMBER = /\b[A-Z]{2}-[0-9A-Z]{7}\b/g;
const PAUSE = 5 * 60 * 1000; // a silence this long is worth a line with the time

export function el(name, fields = {}, ...children) {
  const node = document.createElement(name);
  for (const [field, value] of Object.entries(fields)) {
    if (field === "class") node.className = value;
    else if (field.startsWith("on")) node.addEventListener(field.slice(2), value);
    else if (value === true) node.setAttribute(field, "");
    else if (value !== false && value != null) node.setAttribute(field, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export function icon(name, style = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", style);
  svg.append(use);
  return svg;
}

/** Words into a node; a number such as BJ-7K3M2QX stays on one line, so that it can be read out. */
function put(node, words) {
  let from = 0;
  for (const found of words.matchAll(NUMBER)) {
    node.append(words.slice(from, found.index), el("span", { class: "whole" }, found[0]));
    from = found.index + found[0].length;
  }
  node.append(words.slice(from));
}

/** Our text, with links to follow; what a person typed stays plain. */
function text(written, linked) {
  const node = el("div", { class: "text", dir: "auto" });
  if (!linked) {
    node.textContent = written;
    return node;
  }
  let from = 0;
  for (const found of written.matchAll(LINK)) {
    const url = found[0].replace(/[.,;:!?']+$/, "");
    put(node, written.slice(from, found.index));
    node.append(el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url));
    from = found.index + url.length;
  }
  put(node, written.slice(from));
  return node;
}

function choices(rows, { tap, live, chosen }) {
  const past = !live && rows.flat().every((choice) => choice.token.startsWith("~"));
  const box = el("div", { class: past ? "choices past" : "choices", role: "group" });
  for (const row of rows) {
    const line = el("div", { class: "row" });
    for (const choice of row) {
      const dead = !live && choice.token.startsWith("~");
      const taken = choice.label === chosen;
      const button = el(
        "button",
        {
          type: "button",
          class: `choice ${choice.style}${taken ? " taken" : ""}`,
          disabled: dead,
          "data-token": choice.token,
          onclick: (event) => tap(choice, event),
        },
        taken ? icon("check") : null,
        el("span", {}, choice.label),
        taken ? el("span", { class: "unseen" }, say("chosen")) : null,
      );
      line.append(button);
    }
    box.append(line);
  }
  return box;
}

function copies(list, copy) {
  const box = el("dl", { class: "copies" });
  for (const { label, value } of list) {
    const button = el(
      "button",
      { type: "button", class: "copy", "aria-label": say("copy_of", { label }), onclick: () => copy(value, button) },
      icon("copy"),
      el("span", {}, say("copy")),
    );
    box.append(el("div", {}, el("dt", {}, label), el("dd", {}, el("bdi", {}, value)), button));
  }
  return box;
}

/** A picture is shown where it stands; what it says stands in words beside it. A tap keeps it, like any paper. */
function paper({ name, url, size }) {
  const link = el("a", { class: "paper", href: url, download: name });
  if (size) {
    link.classList.add("picture");
    link.append(el("img", { src: url, alt: name, width: String(size[0]), height: String(size[1]), loading: "lazy" }));
  }
  link.append(icon("file"), el("span", { class: "name", dir: "auto" }, name), el("span", { class: "act" }, icon("save"), say("download")));
  return link;
}

/** One line of the history. */
export function line(message, how) {
  const { mine, title } = message;
  const bubble = el("div", { class: "bubble" });
  if (message.notice) bubble.append(el("p", { class: "kind" }, icon("bell"), say("notice")));
  if (mine && title) bubble.append(el("div", { class: "paper" }, icon("file"), el("span", { class: "name", dir: "auto" }, title)));
  else if (title) {
    const head = el("p", { class: "title", dir: "auto" });
    put(head, title);
    bubble.append(head);
  }
  if (message.text) bubble.append(text(message.text, !mine));
  if (message.copies.length) bubble.append(copies(message.copies, how.copy));
  if (message.document) bubble.append(paper(message.document));
  if (message.choices.length) bubble.append(choices(message.choices, how));
  const node = el("div", { class: `line ${mine ? "mine" : "ours"}`, "data-seq": message.seq });
  if (message.choices.length || message.document || message.copies.length) node.classList.add("card");
  node.append(el("span", { class: "unseen" }, say(mine ? "you_say" : "we_say")));
  if (!mine) node.append(icon("mark", "mark"));
  node.append(bubble);
  return node;
}

/** Time above a line, and whether the line opens a group: both depend on the line before. */
export function place(node, message, before) {
  const at = new Date(message.at);
  const apart = !before || at - new Date(before.at) > PAUSE;
  node.classList.toggle("first", apart || before.mine !== message.mine);
  let stamp = node.querySelector(":scope > .stamp");
  if (!apart) return stamp?.remove();
  if (!stamp) node.prepend((stamp = el("time", { class: "stamp", datetime: message.at })));
  stamp.textContent = moment(at);
}

/** A turn on its way out. */
export function leaving(turn, { again, remove }) {
  const bubble = el("div", { class: "bubble" });
  const node = el("div", { class: `line mine first leaving ${turn.state}`, "data-id": turn.id });
  const settled = turn.state === "asking" || turn.state === "refused";
  if (turn.kind === "file") {
    const details = el("span", { class: "name", dir: "auto" }, turn.name, el("small", {}, bytes(turn.size)));
    bubble.append(el("div", { class: "paper" }, icon("file"), details));
    if (!settled) {
      const bar = el("progress", { max: "1", value: String(turn.shared), "aria-label": say("upload_progress", { name: turn.name }) });
      turn.told = (share) => (bar.value = share);
      const stop = el("button", { type: "button", class: "stop", "aria-label": say("cancel_upload", { name: turn.name }), onclick: () => remove(turn) }, icon("close"));
      bubble.append(el("div", { class: "going" }, bar, stop));
    }
  } else {
    bubble.append(text(turn.text ?? turn.label, false));
  }
  const failed = turn.tries > 0 && !settled;
  if (turn.state === "sending" && !failed) node.append(el("span", { class: "spin", role: "img", "aria-label": say("sending") }));
  if (failed || settled) node.append(el("span", { class: "bad" }, icon("alert")));
  node.append(bubble);
  if (failed || settled) {
    const words = { asking: say("ask_again"), refused: turn.says || say("file_gone", { name: turn.name }) }[turn.state];
    const note = el("p", { class: "note" }, words ?? say(turn.slow ? "too_fast" : "waiting"));
    if (turn.state !== "refused") note.append(el("button", { type: "button", onclick: () => again(turn) }, say("retry")));
    if (settled) note.append(el("button", { type: "button", onclick: () => remove(turn) }, say("remove")));
    node.append(note);
  }
  return node;
}
