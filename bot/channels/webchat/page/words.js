// The page's own words, numbers and times. No word for people stands in a script: they come with the page.

const block = JSON.parse(document.getElementById("words").textContent);
let { locale, lang, words } = block;

export const limits = block.limits;
/** The choices that always stand: {name: token}; each name is also that of its words. */
export const ways = block.ways;
export const spoken = () => locale;

export function say(name, fields = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (whole, field) => fields[field] ?? whole);
}

/** Speak another language from now on: everything the page itself says is said again. */
export function speak(newLocale, newWords) {
  locale = newLocale;
  lang = newLocale.replaceAll("_", "-");
  words = newWords;
  document.documentElement.lang = lang;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", say(node.dataset.label));
    if (node.title) node.title = say(node.dataset.label);
  }
}

/** When something was said, as chats write it: as little of the date as is needed. */
export function moment(at, now = new Date()) {
  const time = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return say("today", { time });
  if (days === 1) return say("yesterday", { time });
  const parts =
    days > 0 && days < 7
      ? { weekday: "long" }
      : { ...(at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }), month: "long", day: "numeric" };
  return `${new Intl.DateTimeFormat(lang, parts).format(at)} ${time}`;
}

export function bytes(size) {
  const mega = size >= 1024 * 1024;
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: mega ? 1 : 0 });
  return `${number.format(mega ? size / 1024 / 1024 : Math.max(size / 1024, size ? 1 : 0))} ${mega ? "MB" : "KB"}`;
}
