// The line to the server: turns go out, messages come in.

import { spoken } from "./words.js";

const PATIENCE = 30_000; // an answer that takes longer is asked for again, under the same id
const SILENCE = 50_000; // the server beats every 20 s; a line silent for longer is dead
const PAUSES = [1000, 2000, 4000, 8000, 15_000];

/** The server did not take it. `again`: the same turn may be taken later. */
export class Refused extends Error {
  constructor(status, found, after) {
    super(found.error ?? String(status));
    this.status = status;
    this.code = found.error ?? "";
    this.says = found.text ?? "";
    this.after = after;
    this.again = status >= 500 || status === 429 || status === 408;
  }
}

/** No answer: it may have been taken, or not. */
export class Unreachable extends Error {}

export const pause = (tries) => PAUSES[Math.min(tries, PAUSES.length - 1)] * (0.8 + Math.random() * 0.4);

function understood(status, written, after) {
  let found = null;
  try {
    found = JSON.parse(written);
  } catch {
    // Somebody else answered: a proxy, the log-in page of a hotel's network.
  }
  if (status >= 200 && status < 300 && Array.isArray(found?.messages)) return found;
  if (status < 400) throw new Unreachable();
  throw new Refused(status, found ?? {}, Number(after) * 1000 || 0);
}

async function call(path, options) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE);
  try {
    const response = await fetch(path, { credentials: "same-origin", cache: "no-store", signal: late.signal, ...options });
    return understood(response.status, await response.text(), response.headers.get("Retry-After"));
  } catch (failure) {
    throw failure instanceof Refused ? failure : new Unreachable();
  } finally {
    clearTimeout(timer);
  }
}

const marks = () => ({ "X-Zhaiquantong": "1", "X-Locale": spoken() });

export function messages(query) {
  return call(`/chat/messages?${new URLSearchParams(query)}`, { headers: marks() });
}

/** Post a turn: {id, order, text | choice, label | command}. */
export function post(turn) {
  return call("/chat/turns", {
    method: "POST",
    headers: { ...marks(), "Content-Type": "application/json" },
    body: JSON.stringify(turn),
  });
}

/** Somebody types here; whether anybody waits for it. */
export async function types() {
  const response = await fetch("/chat/typing", { method: "POST", credentials: "same-origin", headers: marks() });
  return response.ok && (await response.json()).heard;
}

/** Post a file. `tell` hears how much has gone out, from 0 to 1; `stop.abort()` is there to change one's mind. */
export function upload({ id, order, name }, file, tell, stop) {
  const named = { "X-File-Name": encodeURIComponent(name.replace(/\p{Cs}/gu, "")) };
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of an upload's progress
    request.open("POST", `/chat/files?${new URLSearchParams({ id, order })}`);
    for (const [mark, value] of Object.entries({ ...marks(), ...named })) request.setRequestHeader(mark, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (step) => step.lengthComputable && tell(step.loaded / step.total);
    request.onload = () => {
      try {
        resolve(understood(request.status, request.responseText, request.getResponseHeader("Retry-After")));
      } catch (failure) {
        reject(failure);
      }
    };
    request.onerror = request.onabort = request.ontimeout = () => reject(new Unreachable());
    stop.abort = () => request.abort();
    request.send(file);
  });
}

/**
 * News as they come. Each time the line is laid anew, `catchUp` first reads what was missed.
 * EventSource could reconnect alone, but tells neither why it failed nor when the line went silent.
 */
export class News {
  #source = null;
  #tries = 0;
  #timer = 0;
  #watch = 0;

  constructor({ after, catchUp, hear, typing, state }) {
    Object.assign(this, { after, catchUp, hear, typing, state });
  }

  async open() {
    this.close();
    const mine = (this.#source = {});
    try {
      await this.catchUp();
    } catch (failure) {
      if (this.#source === mine) this.#lost(failure);
      return;
    }
    if (this.#source !== mine) return;
    const source = (this.#source = new EventSource(`/chat/stream?after=${this.after()}`));
    source.onopen = () => {
      this.#tries = 0;
      this.#alive();
      this.state(true);
    };
    source.onmessage = (event) => {
      this.#alive();
      this.hear(JSON.parse(event.data));
    };
    source.addEventListener("beat", () => this.#alive());
    source.addEventListener("typing", () => this.typing());
    source.onerror = () => this.#lost();
    this.#alive();
  }

  close() {
    clearTimeout(this.#timer);
    clearTimeout(this.#watch);
    this.#source?.close?.();
    this.#source = null;
  }

  /** Now rather than later: the network is back, or somebody looks at the page again. */
  nudge() {
    if (this.#source === null || !(this.#source instanceof EventSource)) {
      this.#tries = 0;
      this.open();
    }
  }

  #alive() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(), SILENCE);
  }

  #lost(failure) {
    this.close();
    this.state(false, failure);
    this.#timer = setTimeout(() => this.open(), pause(this.#tries++));
  }
}
