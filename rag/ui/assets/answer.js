// Draws one answer. Every text comes in as data and is put into the page as text, never as markup.

const SVG_NS = "http://www.w3.org/2000/svg";
const GIVE_BACK_MS = 60;
const GIVE_BACK_TRIES = 30; // about two seconds
const ICONS = {
  copy: "M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z",
  right: "M2.5 8.5l3.5 3.5 7.5-8",
  wrong: "M3.5 3.5l9 9m0-9l-9 9",
  case: "M8 3v10M3 8h10",
};

export default function ({ data, parentElement, setTriggerValue }) {
  const focused = parentElement.activeElement?.dataset?.focus;
  const root = make("div", "answer");
  const open = (index) => {
    root.dataset.lastFocus = parentElement.activeElement?.dataset?.focus ?? "";
    setTriggerValue("open", { index, at: Date.now() });
  };
  const say = (action) => setTriggerValue("say", { action, at: Date.now() });
  root.setAttribute("aria-live", "polite");
  root.setAttribute("aria-busy", String(data.isRunning));

  if (data.query) root.append(queryLine(data.query));
  if (data.failure) root.append(make("p", "failure", data.failure));
  else if (data.outcome === "not_in_articles") root.append(refusal(data, open));
  else root.append(...answered(data, open));
  if (data.note) root.append(make("p", "aside", data.note));
  if (data.foot) root.append(foot(data, say));
  if (data.feedback?.verdict && !data.feedback.isExplaining) root.append(said(data.feedback, say));

  const old = parentElement.querySelector(".answer");
  root.dataset.state = data.isRunning ? "running" : "ended";
  root.dataset.opened = String(data.opened);
  root.dataset.explaining = String(data.feedback?.isExplaining ?? false);
  root.dataset.lastFocus = old?.dataset.lastFocus ?? "";
  old?.remove();
  parentElement.append(root);
  keepInView(root, old, data);
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

// The last answer comes into view when it appears and follows while it grows; after that, only
// the citation that was opened stays in view while the columns move, and the fields for a reason
// come into view below the answer once they are drawn.
function keepInView(root, old, data) {
  if (data.isLast && old?.dataset.state !== "ended") {
    requestAnimationFrame(() => root.scrollIntoView({ block: "start" }));
  } else if (old && old.dataset.opened !== root.dataset.opened && data.opened !== null) {
    requestAnimationFrame(() => root.querySelector(".opened")?.scrollIntoView({ block: "nearest" }));
  }
  if (old?.dataset.explaining === "false" && root.dataset.explaining === "true")
    setTimeout(() => root.querySelector(".judging")?.scrollIntoView({ block: "start" }), 200);
  if (old && old.dataset.opened !== "null" && data.opened === null)
    giveFocusBack(root.parentNode, old.dataset.lastFocus, GIVE_BACK_TRIES);
}

// Closing an article leaves a keyboard at the citation that opened it, once the article is gone;
// on a busy machine that takes a while, and this view may be drawn anew meanwhile.
function giveFocusBack(view, focus, tries) {
  setTimeout(() => {
    if (document.activeElement === document.body)
      view.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
    else if (tries > 1) giveFocusBack(view, focus, tries - 1);
  }, GIVE_BACK_MS);
}

function answered(data, open) {
  const parts = [];
  if (data.label) parts.push(make("p", `outcome ${data.outcome}`, data.label));
  const prose = make("p", "prose");
  data.sentences.forEach((sentence, i) => {
    if (i) prose.append(" ");
    prose.append(sentenceOf(sentence, data, open));
  });
  if (data.isRunning) prose.append(" ", waiting(data.sentences.length === 0));
  parts.push(prose);
  if (data.sentences.some(({ verdict }) => verdict === "attributed"))
    parts.push(make("p", "aside", "Marked: somebody’s words, not established by the articles."));
  if (data.sentences.some(({ verdict }) => verdict === "unsupported"))
    parts.push(make("p", "aside", "Grey: no quote in the articles supports this sentence."));
  if (data.reason) parts.push(make("p", "aside", data.reason));
  if (data.sources.length) parts.push(sources(data, open));
  return parts;
}

function sentenceOf(sentence, data, open) {
  const span = make("span", `sentence ${sentence.verdict}`, sentence.text);
  if (sentence.verdict === "unsupported") span.append(make("span", "hidden", " (unsupported)"));
  for (const number of sentence.numbers) span.append("\u2060", chip(number, data, open, "chip"));
  if (sentence.saidBy) span.append(" ", make("span", "said-by", sentence.saidBy));
  return span;
}

function chip(number, data, open, place) {
  const { source, isTrue } = data.citations[number - 1];
  const button = make("button", "chip", String(number));
  button.type = "button";
  button.dataset.focus = `${place}-${number}`;
  button.title = source;
  const changed = isTrue ? "" : "; the article has changed since";
  button.setAttribute("aria-label", `Open quote ${number}: ${source}${changed}`);
  button.setAttribute("aria-expanded", String(data.opened === number - 1));
  button.classList.toggle("opened", data.opened === number - 1);
  button.classList.toggle("changed", !isTrue);
  button.onclick = () => open(number - 1);
  return button;
}

function sources(data, open) {
  const list = make("ul", "sources");
  list.setAttribute("aria-label", "Sources");
  for (const { source, quotes } of data.sources) {
    const item = make("li", "");
    const numbers = make("span", "numbers");
    for (const index of quotes) numbers.append(chip(index + 1, data, open, "source"));
    item.append(numbers, make("span", "name", source));
    list.append(item);
  }
  return list;
}

function refusal(data, open) {
  const box = make("section", "refusal");
  box.setAttribute("aria-label", data.label);
  box.append(make("p", "label", data.label));
  if (data.reason) box.append(make("p", "reason", data.reason));
  if (data.nearMisses.length) {
    box.append(make("p", "near", "Nearest passages"));
    const list = make("ul", "misses");
    for (const miss of data.nearMisses) list.append(nearMiss(miss, data.opened, open));
    box.append(list);
  }
  return box;
}

function nearMiss(miss, opened, open) {
  const item = make("li", "");
  const button = make("button", "miss");
  button.type = "button";
  button.dataset.focus = `miss-${miss.index}`;
  button.setAttribute("aria-expanded", String(opened === miss.index));
  button.classList.toggle("opened", opened === miss.index);
  button.append(make("span", "text", `“${miss.text}”`), make("span", "from", miss.source));
  button.onclick = () => open(miss.index);
  item.append(button);
  return item;
}

function queryLine(query) {
  const line = make("p", "query");
  line.append(make("span", "said", "Searched for: "), make("span", "", query));
  return line;
}

function foot(data, say) {
  const line = make("div", "foot");
  line.append(make("span", "", data.foot));
  if (data.copy && navigator.clipboard) {
    const button = action("copy", "Copy", "Copy the answer with its quotes");
    const label = button.querySelector("span");
    button.setAttribute("aria-label", button.title);
    button.onclick = async () => {
      await navigator.clipboard.writeText(data.copy);
      label.textContent = "Copied";
      setTimeout(() => (label.textContent = "Copy"), 1600);
    };
    line.append(button);
  }
  if (data.feedback) line.append(judging(data.feedback, say), caseButton(say));
  return line;
}

// What is chosen is pressed; pressing it again takes it back.
function judging({ verdict }, say) {
  const group = make("span", "judging");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Is this answer right?");
  for (const [name, label, hint] of [
    ["right", "Right", "This answer is right"],
    ["wrong", "Wrong", "This answer is wrong"],
  ]) {
    const isChosen = verdict === name;
    const button = action(name, label, isChosen ? `${hint}; press again to take it back` : hint);
    button.setAttribute("aria-pressed", String(isChosen));
    button.onclick = () => say(isChosen ? "take_back" : name);
    group.append(button);
  }
  return group;
}

function caseButton(say) {
  const button = action("case", "Make this a test case", "Keep this question to measure answers by");
  button.onclick = () => say("case");
  return button;
}

function said({ verdict, said }, say) {
  const line = make("p", "said-line");
  line.append(make("span", "why", `You said ${verdict}${said ? `: ${said}` : "."}`), " ");
  const label = said ? "Change the reason" : "Add a reason";
  const button = action("reason", label, label);
  button.onclick = () => say("reason");
  line.append(button);
  return line;
}

function action(name, label, hint) {
  const button = make("button", `action ${name}`);
  button.type = "button";
  button.dataset.focus = name;
  button.title = hint;
  if (ICONS[name]) button.append(icon(ICONS[name]));
  button.append(make("span", "", label));
  return button;
}

function waiting(isFirst) {
  const dots = make("span", "waiting");
  dots.append(make("span", isFirst ? "said" : "hidden", isFirst ? "Reading the articles" : "More is coming"));
  for (let i = 0; i < 3; i++) dots.append(make("i", "dot"));
  return dots;
}

function icon(shape) {
  const svg = document.createElementNS(SVG_NS, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG_NS, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  return svg;
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
