// What the browser keeps for us; where it refuses (private windows, blocked cookies) it lives as long as the page.

class Kept {
  #memory = new Map();
  #open;

  constructor(open) {
    this.#open = open;
  }

  #do(work, instead) {
    try {
      return work(this.#open());
    } catch {
      return instead();
    }
  }

  get(key) {
    return this.#do((shelf) => shelf.getItem(key), () => null) ?? this.#memory.get(key) ?? null;
  }

  set(key, value) {
    this.#do((shelf) => shelf.setItem(key, value), () => this.#memory.set(key, value));
  }

  drop(key) {
    this.#memory.delete(key);
    this.#do((shelf) => shelf.removeItem(key), () => {});
  }

  keys() {
    return this.#do((shelf) => Object.keys(shelf), () => []);
  }
}

/** Until it is dropped, in every tab. */
export const kept = new Kept(() => localStorage);
/** Until this tab is closed. */
export const keptHere = new Kept(() => sessionStorage);
