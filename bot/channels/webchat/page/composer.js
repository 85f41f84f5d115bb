// Where one types: text, files, dates, and the right keyboard for each.

import { el, icon } from "./bubbles.js";
import { keptHere } from "./kept.js";
import { bytes, limits, say } from "./words.js";

const get = (id) => document.getElementById(id);
const KEYBOARDS = {
  text: { inputmode: "text" },
  digits: { inputmode: "numeric", autocomplete: "one-time-code" },
  amount: { inputmode: "decimal" },
  email: { inputmode: "email", autocomplete: "email" },
  date: { inputmode: "text" },
  file: { inputmode: "text" },
  none: { inputmode: "text" },
};
const TALLEST = 132;

export class Composer {
  #box = get("text");
  #send = get("send");
  #files = get("files");
  #held = [];
  #expects = "text";

  constructor({ said, sent, tooLarge, writes }) {
    Object.assign(this, { said, sent, tooLarge });
    const box = this.#box;
    box.value = keptHere.get("zq.typed") ?? "";
    box.maxLength = limits.text;
    box.addEventListener("input", () => {
      this.#typed();
      if (box.value.trim()) writes();
    });
    box.addEventListener("keydown", (event) => {
      // While an input method composes, Enter picks a word and sends nothing.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    });
    get("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // A tap on the button takes the focus from the text, and on a phone the keyboard would close.
    this.#send.addEventListener("pointerdown", (event) => event.preventDefault());
    get("attach").addEventListener("click", () => this.#files.click());
    this.#files.addEventListener("change", () => {
      this.#give([...this.#files.files]);
      this.#files.value = "";
    });
    this.#dates();
    this.#drops();
    this.#typed();
  }

  focus() {
    this.#box.focus({ preventScroll: true });
  }

  /** What is likely to come next, by the latest question. */
  expect(kind, accept = "") {
    this.#expects = kind in KEYBOARDS ? kind : "text";
    const fields = { autocomplete: "off", autocapitalize: "sentences", spellcheck: "true", ...KEYBOARDS[this.#expects] };
    if (this.#expects !== "text" && this.#expects !== "none") Object.assign(fields, { autocapitalize: "none", spellcheck: "false" });
    for (const [name, value] of Object.entries(fields)) this.#box.setAttribute(name, value);
    this.#files.accept = this.#expects === "file" ? accept : "";
    get("attach").classList.toggle("wanted", this.#expects === "file");
    get("pick-date").hidden = this.#expects !== "date";
    this.hint();
  }

  hint() {
    this.#box.placeholder = say(`ask_${this.#expects}`);
    this.#box.setAttribute("aria-label", this.#box.placeholder);
    if (this.#held.length) get("tray-says").textContent = say("send_files", { count: this.#held.length });
  }

  #typed() {
    const box = this.#box;
    keptHere.set("zq.typed", box.value); // a reload loses no half-written line
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, TALLEST)}px`;
    this.#send.disabled = !box.value.trim();
  }

  #submit() {
    const text = this.#box.value.trim();
    if (!text) return;
    this.#box.value = "";
    this.#typed();
    this.said(text);
  }

  #give(files) {
    for (const file of files) {
      if (file.size > limits.file) this.tooLarge(file, bytes(limits.file));
      else this.sent(file);
    }
  }

  #dates() {
    const date = get("date");
    get("pick-date").addEventListener("click", () => {
      try {
        date.showPicker();
      } catch {
        date.focus();
        date.click();
      }
    });
    date.addEventListener("change", () => {
      if (!date.value) return;
      this.#box.value = date.value;
      this.#typed();
      this.focus();
    });
  }

  // ------------------------------------------------ dropped and pasted files are shown first: a hand slips

  #drops() {
    const veil = get("drop");
    const bearsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    let depth = 0;
    const lower = () => {
      depth = 0;
      veil.hidden = true;
    };
    addEventListener("dragenter", (event) => {
      if (!bearsFiles(event)) return;
      depth += 1;
      veil.hidden = false;
    });
    addEventListener("dragleave", (event) => bearsFiles(event) && --depth <= 0 && lower());
    addEventListener("dragover", (event) => bearsFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!bearsFiles(event)) return;
      event.preventDefault();
      lower();
      this.#hold([...event.dataTransfer.files]);
    });
    addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      this.#hold(files);
    });
    get("tray-cancel").addEventListener("click", () => this.#clear());
    get("tray-send").addEventListener("click", () => {
      const files = this.#held;
      this.#clear();
      this.#give(files);
    });
    get("tray").addEventListener("keydown", (event) => event.key === "Escape" && this.#clear());
  }

  #hold(files) {
    this.#held.push(...files);
    get("tray-files").replaceChildren(
      ...this.#held.map((file) => el("li", {}, icon("file"), el("span", { class: "name", dir: "auto" }, file.name), el("small", {}, bytes(file.size)))),
    );
    get("tray").hidden = false;
    this.hint();
    get("tray-send").focus({ preventScroll: true });
  }

  #clear() {
    this.#held = [];
    get("tray").hidden = true;
    this.focus();
  }
}
