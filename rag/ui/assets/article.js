// Draws one article beside the chat, or over it where the window is narrow, with the quote in view.
// Where it is read by itself, it is a part of the page, with its outline beside it.
// Every text comes in as data and is put into the page as text, never as markup.

const NARROW = 880; // px of window; below this the article covers the chat
const GAP = 16; // px between the pane and the edges around it

export default function ({ data: [data], parentElement, setTriggerValue }) {
  if (data.isPage) return page(data, parentElement);
  const go = (where) => setTriggerValue("go", { where, at: Date.now() });
  const old = parentElement.querySelector(".pane");
  const isNew = !old || old.dataset.shown !== shownKey(data);
  const pane = make("aside", "pane");
  pane.dataset.shown = shownKey(data);
  pane.setAttribute("aria-label", `Article: ${data.title}`);
  pane.append(bar(data, go), body(data));
  const scrolled = old?.querySelector(".body")?.scrollTop ?? 0;
  const focused = parentElement.activeElement?.dataset?.focus;
  old?.remove();
  parentElement.append(pane);
  parentElement.onKey = (event) => onKey(event, pane);

  place(pane, parentElement);
  if (isNew || !old.dataset.moved) {
    keepInView(pane);
  } else {
    pane.dataset.moved = "yes";
    pane.querySelector(".body").scrollTop = scrolled;
  }
  if (focused) refocus(pane, focused);
  else if (isNew && !old) pane.querySelector(".close").focus({ preventScroll: true });

  const watcher = (parentElement.watcher ??= watch(parentElement));
  return () => {
    watcher();
    parentElement.watcher = undefined;
  };
}

// Escape closes the article wherever the keyboard stands, and the arrows lead through the quotes.
function onKey(event, pane) {
  const target = event.composedPath()[0];
  const isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!isPlain || event.defaultPrevented || document.querySelector("[role=dialog]")) return;
  const press = (focus) => pane.querySelector(`[data-focus="${focus}"]`)?.click();
  if (event.key === "Escape") press("Close the article");
  else if (event.key === "ArrowLeft" && !isTyping) press("Previous quote");
  else if (event.key === "ArrowRight" && !isTyping) press("Next quote");
}

// A button that ends at the first or last quote is switched off and can hold no focus.
function refocus(pane, focused) {
  const target = pane.querySelector(`[data-focus="${CSS.escape(focused)}"]`);
  (target?.disabled === false ? target : pane.querySelector(".close")).focus();
}

function shownKey(data) {
  return `${data.id} ${data.position} ${data.total}`;
}

function bar(data, go) {
  const row = make("div", "bar");
  const steps = make("div", "steps");
  if (data.total > 1) {
    steps.append(
      step("‹", "Previous quote", data.position > 1, () => go("previous")),
      make("span", "count", `Quote ${data.position} of ${data.total}`),
      step("›", "Next quote", data.position < data.total, () => go("next")),
    );
  }
  if (data.link && navigator.clipboard) steps.append(linkButton(data.link));
  const close = step("×", "Close the article", true, () => go("close"));
  close.classList.add("close");
  row.append(steps, close);
  return row;
}

function step(sign, label, isOn, onclick) {
  const button = make("button", "step", sign);
  button.type = "button";
  button.disabled = !isOn;
  button.dataset.focus = label;
  button.title = label;
  button.setAttribute("aria-label", label);
  button.onclick = onclick;
  return button;
}

function linkButton(link) {
  const button = make("button", "link", "Copy link");
  button.type = "button";
  button.dataset.focus = "link";
  button.title = "Copy a link to this quote";
  button.onclick = async () => {
    await navigator.clipboard.writeText(new URL(`library?${link}`, location.href).href);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy link"), 1600);
  };
  return button;
}

function body(data) {
  const scroller = make("div", "body");
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", "Text of the article");
  const head = make("header", "");
  head.append(make("h2", "", data.title));
  if (data.byline) head.append(make("p", "byline", data.byline));
  head.append(make("p", "published", data.published));
  if (data.url) head.append(link(data.url));
  scroller.append(head);
  if (data.note) scroller.append(make("p", "note", data.note));
  scroller.append(textOf(data), make("p", "id", data.id));
  return scroller;
}

function textOf(data) {
  const text = make("div", "text");
  let mark = null;
  for (const [piece, kind] of data.pieces) {
    const [place, isAnswer] = kind.split(" ");
    if (place !== "current" && place !== "other") {
      mark = null;
      text.append(kind ? make("strong", "", piece) : piece);
      continue;
    }
    if (mark?.className !== place) text.append((mark = make("mark", place)));
    mark.append(isAnswer ? make("span", "answer", piece) : piece);
  }
  return text;
}

// An article that is read by itself: its text, and its headings as buttons that lead to them.
function page(data, parentElement) {
  const old = parentElement.querySelector(".page");
  const key = `${data.id} ${data.marked}`;
  if (old?.dataset.shown === key) return;
  const shown = make("article", "page");
  shown.dataset.shown = key;
  const text = textOf(data);
  const headings = [...text.querySelectorAll("strong")];
  if (headings.length > 1) shown.append(outline(headings));
  const column = make("div", "column");
  if (data.note) column.append(make("p", "note", data.note));
  column.append(text, make("p", "id", data.id));
  shown.append(column);
  old?.remove();
  parentElement.append(shown);
  const mark = shown.querySelector("mark.current");
  if (mark) setTimeout(() => mark.scrollIntoView({ block: "center" }), 300);
}

function outline(headings) {
  const box = make("nav", "outline");
  box.setAttribute("aria-label", "Outline of the article");
  box.append(make("p", "label", "Outline"));
  for (const heading of headings) {
    const button = make("button", "heading", heading.textContent);
    button.type = "button";
    button.onclick = () => {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      heading.scrollIntoView({ block: "start" });
    };
    box.append(button);
  }
  return box;
}

function link(url) {
  const anchor = make("a", "url", url);
  anchor.href = url;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

// The style sheet may arrive after the first drawing, so the quote is brought into view again
// whenever the size changes, until the reader moves.
function keepInView(pane) {
  const observer = new ResizeObserver(() => bringIntoView(pane));
  observer.observe(pane.querySelector(".body"));
  const moved = () => {
    observer.disconnect();
    pane.dataset.moved = "yes";
  };
  for (const event of ["wheel", "touchstart", "pointerdown", "keydown"])
    pane.addEventListener(event, moved, { once: true, passive: true });
  bringIntoView(pane);
}

function bringIntoView(pane) {
  const scroller = pane.querySelector(".body");
  const mark = pane.querySelector("mark.current");
  if (!mark) return;
  const above = mark.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  scroller.scrollTop += above - scroller.clientHeight / 3;
}

// The pane is fixed to the window, over the column that Streamlit keeps free for it.
function place(pane, parentElement) {
  const isNarrow = innerWidth < NARROW;
  pane.classList.toggle("narrow", isNarrow);
  if (isNarrow) {
    pane.removeAttribute("style");
    return;
  }
  const column = (parentElement.host ?? parentElement).getBoundingClientRect();
  pane.style.left = `${Math.round(column.left)}px`;
  pane.style.right = `${GAP}px`;
  pane.style.top = `${GAP * 4}px`;
  pane.style.bottom = `${GAP}px`;
}

function watch(parentElement) {
  const update = () => {
    const pane = parentElement.querySelector(".pane");
    if (pane) place(pane, parentElement);
  };
  const host = parentElement.host ?? parentElement;
  const observer = new ResizeObserver(update);
  for (const element of [host, host.parentElement, document.body]) if (element) observer.observe(element);
  const key = (event) => {
    if (parentElement.querySelector(".pane")) parentElement.onKey?.(event);
  };
  addEventListener("resize", update);
  addEventListener("keydown", key);
  return () => {
    observer.disconnect();
    removeEventListener("keydown", key);
    removeEventListener("resize", update);
  };
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
