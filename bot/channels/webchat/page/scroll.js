// Where the reader is: at the end, or further up; and what stays still while the list grows.

import { say } from "./words.js";

const NEAR = 48;

export class Scroll {
  #stuck = true;
  #missed = 0;
  #growing = false;
  #gliding = 0;
  #size = "";
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(box, pill, says) {
    Object.assign(this, { box, pill, says });
    box.addEventListener("scroll", () => this.#look(), { passive: true });
    // The keyboard opens, the phone turns, a tray unfolds: who was at the end stays there.
    new ResizeObserver(() => {
      this.#size = this.#measured;
      if (this.#stuck) this.toEnd();
    }).observe(box);
    pill.addEventListener("click", () => this.toEnd(true));
  }

  get #measured() {
    return `${this.box.clientWidth} ${this.box.clientHeight}`;
  }

  get #end() {
    return this.box.scrollHeight - this.box.clientHeight;
  }

  #look() {
    if (this.#size !== this.#measured) return; // the window moved, not the reader: the observer is about to be told
    const atEnd = this.#end - this.box.scrollTop < NEAR;
    if (!atEnd && performance.now() < this.#gliding) return;
    this.#stuck = atEnd;
    if (atEnd) this.#missed = 0;
    this.show();
  }

  show() {
    this.pill.hidden = this.#stuck;
    this.pill.classList.toggle("news", this.#missed > 0);
    this.says.textContent = this.#missed ? say("new_messages", { count: this.#missed }) : "";
    this.pill.setAttribute("aria-label", this.#missed ? this.says.textContent : say("to_bottom"));
  }

  toEnd(smoothly = false) {
    this.#stuck = true;
    this.#go(this.#end, smoothly);
    this.#missed = 0;
    this.show();
  }

  #go(top, smoothly) {
    const glide = smoothly && !this.#still.matches;
    if (glide) this.#gliding = performance.now() + 600; // on its way there it is not "further up"
    this.box.scrollTo({ top, behavior: glide ? "smooth" : "instant" });
  }

  /** Change something below; who was at the end stays there. */
  below(change) {
    this.grow(() => {
      change();
      return null;
    });
  }

  /**
   * Grow below. `change` returns the first new line of ours, or null: it is shown from its beginning to who
   * was at the end; who reads further up stays, and is told.
   */
  grow(change) {
    if (this.#growing) return void change();
    this.#growing = true;
    const stuck = this.#stuck;
    let node;
    try {
      node = change();
    } finally {
      this.#growing = false;
    }
    if (!stuck) {
      if (node) this.#missed += 1;
      this.show();
    } else if (node && node.offsetTop - 12 < this.#end - NEAR) {
      this.#stuck = false;
      this.#go(node.offsetTop - 12, true);
      this.show();
    } else {
      this.toEnd(Boolean(node));
    }
  }

  /** Grow above without moving what is being read. */
  above(change) {
    const fromEnd = this.box.scrollHeight - this.box.scrollTop;
    change();
    this.box.scrollTop = this.box.scrollHeight - fromEnd;
  }
}
