// Draws one answer. Every text comes in as data and is put into the page as text, never as markup.

const SVG_NS = "http://www.w3.org/2000/svg";
const UNSTYLED_AFTER_MS = 4000;
const GIVE_BACK_MS = 60;
const GIVE_BACK_TRIES = 30; // about two seconds
const PEEK_AFTER_MS = 200;
const ICONS = {
  copy: "M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z",
  right: "M2.5 8.5l3.5 3.5 7.5-8",
  wrong: "M3.5 3.5l9 9m0-9l-9 9",
  case: "M8 3v10M3 8h10",
  link: "M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 014 4L11 8.5M9 11.5l-1.5 1.5a2.8 2.8 0 01-4-4L5 7.5",
};

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const focused = parentElement.activeElement?.dataset?.focus;
  const root = make("div", "answer");
  root.hidden = true;
  setTimeout(() => (root.hidden = false), UNSTYLED_AFTER_MS);
  const open = (index) => {
    root.dataset.lastFocus = parentElement.activeElement?.dataset?.focus ?? "";
    setTriggerValue("open", { index, at: Date.now() });
  };
  const say = (action) => setTriggerValue("say", { action, at: Date.now() });
  root.setAttribute("aria-live", "polite");
  root.setAttribute("aria-busy", String(data.isRunning));

  if (data.follows) root.append(readAs("Follows", `“${data.follows}”`));
  if (data.query) root.append(readAs("Searched for", data.query));
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
    onceStyled(root, () => root.scrollIntoView({ block: "start" }));
  } else if (old && old.dataset.opened !== root.dataset.opened && data.opened !== null) {
    requestAnimationFrame(() => root.querySelector(".opened")?.scrollIntoView({ block: "nearest" }));
  }
  if (old?.dataset.explaining === "false" && root.dataset.explaining === "true")
    setTimeout(() => root.querySelector(".judging")?.scrollIntoView({ block: "start" }), 200);
  if (old && old.dataset.opened !== "null" && data.opened === null)
    giveFocusBack(root.parentNode, old.dataset.lastFocus, GIVE_BACK_TRIES);
}

// The style sheet reveals what is hidden, so that nothing is seen without it; should it not come,
// the answer is shown all the same.
function onceStyled(root, act) {
  const observer = new ResizeObserver(() => {
    if (!root.offsetHeight) return;
    observer.disconnect();
    act();
  });
  observer.observe(root);
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
  const isFirst = data.outcome === "conflicting" || data.outcome === "unsure";
  if (data.reason && isFirst) parts.push(make("p", "reason", data.reason));
  if (data.layout === "about") parts.push(...data.prose.map((i) => make("p", "about", textOf(data.sentences[i]))));
  else parts.push(...prose(data, open));
  if (data.sentences.some(({ verdict }) => verdict === "attributed"))
    parts.push(make("p", "aside", "Marked: somebody’s words, not established by the articles."));
  if (data.sentences.some(({ verdict }) => verdict === "unsupported"))
    parts.push(make("p", "aside", "Grey: no quote in the articles supports this sentence."));
  if (data.reason && !isFirst) parts.push(make("p", "aside", data.reason));
  if (data.sources.length) parts.push(sources(data, open));
  if (data.prose.length && data.groups.length) parts.push(make("p", "near", "Also in the articles"));
  if (data.groups.length) parts.push(groups(data, open));
  if (data.isRunning) parts.push(waiting(data.sentences.length === 0));
  return parts;
}

// Sentences of an answer model run on; what they leave out follows as excerpts.
function prose(data, open) {
  if (!data.prose.length) return [];
  const text = make("p", "prose");
  data.prose.forEach((index, i) => {
    const sentence = data.sentences[index];
    if (i) text.append(" ");
    const span = sentenceOf(sentence, "span");
    span.append(numbered(span.lastChild, sentence.numbers.map((n) => chip(n, data, open, "chip"))));
    addSpeaker(span, sentence);
    text.append(span);
  });
  return [text];
}

// The last word of a text with its numbers, which never begin a line without it.
function numbered(text, chips) {
  const together = make("span", "together");
  const word = text?.nodeType === Node.TEXT_NODE ? text.data.match(/\S+\s*$/)?.[0] : "";
  if (word) {
    text.data = text.data.slice(0, -word.length);
    together.append(word.trimEnd());
  }
  together.append(...chips);
  return together;
}

// Excerpts, each above its source: the first one set apart as the answer, or grouped under labels.
function groups(data, open) {
  const box = make("div", `groups ${data.layout}`);
  data.groups.forEach(({ label, sentences }, i) => {
    const isLead = data.hasLead && i === 0 && !data.prose.length;
    const group = make("section", isLead ? "group lead" : "group");
    if (label) group.append(make("p", "label", label));
    for (const index of sentences) group.append(excerpt(data.sentences[index], data, open));
    box.append(group);
  });
  return box;
}

function excerpt(sentence, data, open) {
  const quote = make("div", "excerpt");
  const text = sentenceOf(sentence, "p");
  addSpeaker(text, sentence);
  quote.append(text);
  for (const [line, numbers] of bySource(sentence.numbers, data)) {
    const from = make("p", "from");
    for (const number of numbers) from.append(chip(number, data, open, "excerpt"));
    const name = make("span", "name");
    name.append(make("span", "title", line.title), " ", make("span", "rest", line.rest));
    name.onclick = () => open(numbers[0] - 1);
    from.append(name);
    quote.append(from);
  }
  return quote;
}

function bySource(numbers, data) {
  const lines = new Map();
  for (const number of numbers) {
    const { title, rest } = data.citations[number - 1];
    const key = `${title}\n${rest}`;
    if (!lines.has(key)) lines.set(key, [{ title, rest }, []]);
    lines.get(key)[1].push(number);
  }
  return lines.values();
}

function sentenceOf(sentence, tag) {
  const element = make(tag, `sentence ${sentence.verdict}`);
  for (const [text, isMarked] of sentence.pieces)
    element.append(isMarked ? make("mark", "", text) : text);
  return element;
}

function addSpeaker(element, { verdict, saidBy }) {
  if (verdict === "unsupported") element.append(make("span", "hidden", " (unsupported)"));
  if (saidBy) element.append(" ", make("span", "said-by", saidBy));
}

function textOf({ pieces }) {
  return pieces.map(([text]) => text).join("");
}

function chip(number, data, open, place) {
  const { title, rest, isTrue } = data.citations[number - 1];
  const source = [title, rest].filter(Boolean).join(" · ");
  const button = make("button", "chip", String(number));
  button.type = "button";
  button.dataset.focus = `${place}-${number}`;
  const changed = isTrue ? "" : "; the article has changed since";
  button.setAttribute("aria-label", `Open quote ${number}: ${source}${changed}`);
  button.setAttribute("aria-expanded", String(data.opened === number - 1));
  button.classList.toggle("opened", data.opened === number - 1);
  button.classList.toggle("changed", !isTrue);
  button.onclick = () => open(number - 1);
  if (place !== "excerpt" || !isTrue) peekAt(button, data.citations[number - 1], source);
  return button;
}

// The quote itself, while a pointer or the keyboard rests on its number; an excerpt shows it already.
function peekAt(button, { text, isTrue }, source) {
  let timer = 0;
  const hide = () => {
    clearTimeout(timer);
    button.getRootNode().querySelector(".peek")?.remove();
  };
  const show = () => {
    hide();
    const peek = make("div", "peek");
    peek.setAttribute("aria-hidden", "true"); // the button says where it leads; the quote is one step away
    peek.append(make("p", "words", `“${text}”`), make("p", "source", source));
    if (!isTrue) peek.append(make("p", "source", "The article has changed since."));
    const root = button.closest(".answer");
    root.append(peek);
    const [at, all] = [button.getBoundingClientRect(), root.getBoundingClientRect()];
    const left = at.left - all.left - 12;
    peek.style.left = `${Math.max(0, Math.min(left, all.width - peek.offsetWidth))}px`;
    const isRoomBelow = at.bottom + peek.offsetHeight + 90 < innerHeight;
    peek.style.top = `${isRoomBelow ? at.bottom - all.top + 6 : at.top - all.top - peek.offsetHeight - 6}px`;
  };
  button.onpointerenter = ({ pointerType }) => {
    if (pointerType === "mouse") timer = setTimeout(show, PEEK_AFTER_MS);
  };
  button.onfocus = () => {
    if (button.matches(":focus-visible")) show();
  };
  button.onpointerleave = button.onblur = hide;
  button.onkeydown = ({ key }) => {
    if (key === "Escape") hide(); // a handler that returns false would take the Enter away
  };
}

function sources(data, open) {
  const list = make("ul", "sources");
  list.setAttribute("aria-label", "Sources");
  for (const { source, numbers } of data.sources) {
    const item = make("li", "");
    const chips = make("span", "numbers");
    for (const number of numbers) chips.append(chip(number, data, open, "source"));
    item.append(chips, make("span", "name", source));
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
    box.append(make("p", "near", "Closest in the articles"));
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

// What the question was taken to mean, where that differs from what was typed.
function readAs(how, text) {
  const line = make("p", "query");
  line.append(make("span", "said", `${how}: `), make("span", "", text));
  return line;
}

function foot(data, say) {
  const line = make("div", "foot");
  line.append(make("span", "", data.foot));
  if (data.copy && navigator.clipboard)
    line.append(copying("copy", "Copy", "Copy the answer with its quotes", () => copy(data)));
  if (data.link && navigator.clipboard) {
    const link = new URL(data.link, location.origin + location.pathname).href;
    const write = () => navigator.clipboard.writeText(link);
    line.append(copying("link", "Link", "Copy a link to this answer", write));
  }
  if (data.feedback) line.append(judging(data.feedback, say));
  if (data.feedback?.makesCases) line.append(caseButton(say));
  return line;
}

function copying(name, text, hint, write) {
  const button = action(name, text, hint);
  const label = button.querySelector("span");
  button.setAttribute("aria-label", hint);
  button.onclick = async () => {
    await write();
    label.textContent = "Copied";
    setTimeout(() => (label.textContent = text), 1600);
  };
  return button;
}

// Both at once, so that a letter keeps the marks and a terminal gets plain text.
function copy(data) {
  const as = (type, text) => [type, new Blob([text], { type })];
  const item = new ClipboardItem(
    Object.fromEntries([as("text/plain", data.copy), as("text/html", data.copyHtml)]),
  );
  return navigator.clipboard.write([item]);
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
