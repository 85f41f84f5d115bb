// Turns on their way out. Each keeps its id until the server has answered, through a lost line and a reload
// alike, so that the server knows a repeat when it sees one.

import { kept } from "./kept.js";
import { Refused, Unreachable, pause, post, upload } from "./wire.js";

const SHELF = "zq.unsent.";
const STALE = 10 * 60 * 1000; // what was said longer ago is not sent without asking: the person may have moved on

// crypto.randomUUID exists only on secure origins, and a first look is often at plain http in one's own network.
function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = Array.from(b, (n) => n.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Counts up with every turn of this browser, whatever happens to its clock. */
function nextOrder() {
  const order = Math.max(Date.now(), Number(kept.get("zq.order") ?? 0) + 1);
  kept.set("zq.order", String(order));
  return order;
}

// ---------------------------------------------------------------- files wait in IndexedDB: they are too large for localStorage

const memory = new Map();

function files(mode, work) {
  return new Promise((resolve) => {
    let opening;
    try {
      opening = indexedDB.open("zq", 1);
    } catch {
      return resolve(undefined);
    }
    opening.onupgradeneeded = () => opening.result.createObjectStore("files");
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const db = opening.result;
      try {
        const deal = db.transaction("files", mode);
        const asked = work(deal.objectStore("files"));
        deal.oncomplete = () => resolve(asked.result);
        deal.onerror = deal.onabort = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
      db.close();
    };
  });
}

function keepFile(id, file) {
  memory.set(id, file);
  return files("readwrite", (shelf) => shelf.put(file, id));
}

async function fileOf(id) {
  return memory.get(id) ?? (await files("readonly", (shelf) => shelf.get(id)));
}

function dropFile(id) {
  memory.delete(id);
  return files("readwrite", (shelf) => shelf.delete(id));
}

// ---------------------------------------------------------------- the queue

/**
 * Sends turns one after the other, in the order they were made.
 *
 * A turn's `state`: waiting, sending, asking (older than a reload: the person decides), refused (for good).
 */
export class Unsent {
  #running = false;
  #kick = () => {};

  constructor({ answered, changed, trouble }) {
    Object.assign(this, { answered, changed, trouble });
    this.turns = kept
      .keys()
      .filter((key) => key.startsWith(SHELF))
      .map((key) => JSON.parse(kept.get(key)))
      .sort((a, b) => a.order - b.order)
      .map((turn) => ({ ...turn, state: Date.now() - turn.at > STALE ? "asking" : "waiting", tries: 0, shared: 0 }));
  }

  /** Something is on its way: no second tap until it is answered. */
  get busy() {
    return this.turns.some((turn) => turn.state === "waiting" || turn.state === "sending");
  }

  /** {kind: "text" | "choice" | "command" | "file", …}; `after` is the last message the person had seen. */
  async add(turn, file) {
    const made = { ...turn, id: turn.id ?? uuid(), order: nextOrder(), at: Date.now() };
    const entry = { ...made, state: "waiting", tries: 0, shared: 0 };
    this.turns.push(entry);
    kept.set(SHELF + made.id, JSON.stringify(made));
    this.changed();
    if (file) await keepFile(made.id, file);
    this.run();
  }

  /** The greeting is asked for once per browser, by however many tabs. */
  start() {
    const id = kept.get("zq.start") ?? uuid();
    kept.set("zq.start", id);
    if (!this.turns.some((turn) => turn.id === id)) this.add({ kind: "command", command: "start", id, after: 0 });
  }

  /** Try now: somebody asked, or the line is back. */
  nudge() {
    this.#kick();
  }

  again(turn) {
    turn.state = "waiting";
    this.changed();
    this.#kick();
    this.run();
  }

  remove(turn) {
    turn.stop?.abort?.();
    this.turns = this.turns.filter((other) => other !== turn);
    kept.drop(SHELF + turn.id);
    if (turn.kind === "file") dropFile(turn.id);
    this.changed();
    this.#kick();
  }

  async run() {
    if (this.#running) return;
    this.#running = true;
    let turn;
    while ((turn = this.turns.find((one) => one.state === "waiting"))) {
      turn.state = "sending";
      this.changed();
      try {
        const answer = await this.#send(turn);
        this.trouble(null);
        // First shown, then forgotten: a crash between the two sends it again, and nothing doubles.
        await this.answered(answer, turn);
        this.remove(turn);
      } catch (failure) {
        if (!this.turns.includes(turn)) continue; // cancelled
        if (failure instanceof Refused && !failure.again && failure.status !== 401) {
          turn.state = "refused";
          turn.says = failure.says;
          this.changed();
          continue;
        }
        if (!(failure instanceof Refused || failure instanceof Unreachable)) console.error(failure);
        turn.state = "waiting";
        turn.slow = failure.status === 429;
        turn.tries += 1;
        this.changed();
        this.trouble(failure);
        await this.#rest(failure.after || pause(turn.tries - 1));
      }
    }
    this.#running = false;
  }

  #rest(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#kick = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #send(turn) {
    const { id, order } = turn;
    switch (turn.kind) {
      case "text":
        return post({ id, order, text: turn.text });
      case "choice":
        return post({ id, order, choice: turn.choice, label: turn.label });
      case "command":
        return post({ id, order, command: turn.command });
      default: {
        const file = await fileOf(id);
        if (!file) throw new Refused(410, { error: "file_gone" }, 0);
        turn.stop = {};
        const tell = (share) => {
          turn.shared = share;
          turn.told?.(share);
        };
        return upload({ id, order, name: turn.name }, file, tell, turn.stop);
      }
    }
  }
}
