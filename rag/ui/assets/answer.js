// Draws one answer. Every text comes in as data and is put into the page as text, never as markup.

const SVG_NS = "http://www.w3.org/2000/svg";

export default function ({ data, parentElement, setTriggerValue }) {
  const focused = parentElement.activeElement?.dataset?.focus;
  const root = make("div", "answer");
  const open = (index) => {
    root.dataset.lastFocus = parentElement.activeElement?.dataset?.focus ?? "";
    setTriggerValue("open", { index, at: Date.now() });
  };
  root.setAttribute("aria-live", "polite");
  root.setAttribute("aria-busy", String(data.isRunning));

  if (data.query) root.append(queryLine(data.query));
  if (data.failure) root.append(make("p", "failure", data.failure));
  else if (data.outcome === "not_in_articles") root.append(refusal(data, open));
  else root.append(...answered(data, open));
  if (data.note) root.append(make("p", "aside", data.note));
  if (data.foot) root.append(foot(data));

  const old = parentElement.querySelector(".answer");
  root.dataset.state = data.isRunning ? "running" : "ended";
  root.dataset.opened = String(data.opened);
  root.dataset.lastFocus = old?.dataset.lastFocus ?? "";
  old?.remove();
  parentElement.append(root);
  keepInView(root, old, data);
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

// The last answer comes into view when it appears and follows while it grows; after that, only
// the citation that was opened stays in view while the columns move.
function keepInView(root, old, data) {
  if (data.isLast && old?.dataset.state !== "ended") {
    requestAnimationFrame(() => root.scrollIntoView({ block: "start" }));
  } else if (old && old.dataset.opened !== root.dataset.opened && data.opened !== null) {
    requestAnimationFrame(() => root.querySelector(".opened")?.scrollIntoView({ block: "nearest" }));
  }
  if (old && old.dataset.opened !== "null" && data.opened === null) giveFocusBack(root, old);
}

// Closing an article leaves a keyboard at the citation that opened it.
function giveFocusBack(root, old) {
  const focus = old.dataset.lastFocus;
  setTimeout(() => {
    if (document.activeElement === document.body)
      root.querySelector(`[data-focus="${CSS.escape(focus ?? "")}"]`)?.focus({ preventScroll: true });
  }, 60);
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
  if (data.sentences.some((sentence) => !sentence.supported))
    parts.push(make("p", "aside", "Grey: no quote in the articles supports this sentence."));
  if (data.reason) parts.push(make("p", "aside", data.reason));
  if (data.sources.length) parts.push(sources(data, open));
  return parts;
}

function sentenceOf(sentence, data, open) {
  const span = make("span", sentence.supported ? "sentence" : "sentence unsupported", sentence.text);
  if (!sentence.supported) span.append(make("span", "hidden", " (unsupported)"));
  for (const number of sentence.numbers) span.append("\u2060", chip(number, data, open, "chip"));
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

function foot(data) {
  const line = make("p", "foot", data.foot);
  if (data.copy && navigator.clipboard) {
    const button = make("button", "copy");
    button.type = "button";
    button.dataset.focus = "copy";
    button.title = "Copy the answer with its quotes";
    button.setAttribute("aria-label", button.title);
    const label = make("span", "", "Copy");
    button.append(copyIcon(), label);
    button.onclick = async () => {
      await navigator.clipboard.writeText(data.copy);
      label.textContent = "Copied";
      setTimeout(() => (label.textContent = "Copy"), 1600);
    };
    line.append(button);
  }
  return line;
}

function waiting(isFirst) {
  const dots = make("span", "waiting");
  dots.append(make("span", isFirst ? "said" : "hidden", isFirst ? "Reading the articles" : "More is coming"));
  for (let i = 0; i < 3; i++) dots.append(make("i", "dot"));
  return dots;
}

function copyIcon() {
  const svg = document.createElementNS(SVG_NS, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG_NS, "path");
  path.setAttribute("d", "M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z");
  svg.append(path);
  return svg;
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
