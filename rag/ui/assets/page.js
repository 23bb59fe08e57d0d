// What every page does beside what is drawn: the keys, the focus, the colours that were set.

// Of the page, not of the sidebar, where conversations are searched once there are many.
const BOX = "[data-testid=stChatInputTextArea], [data-testid=stMain] input[type=search]";
const LOOK_MS = 100;
const LOOKS = 1200; // two minutes, for a box that opens once the articles are read
const KEPT = "footnote-theme"; // the setting that this browser has taken over
const NAMES = { system: "System", light: "Light", dark: "Dark" };

let shown = null;
let focuses = 0;

export default function ({ data: [data] }) {
  if (shown === null) document.addEventListener("keydown", onKey, true);
  const isAsked = shown !== null && focuses !== data.focuses;
  if (shown !== data.place) uncover();
  if (shown !== data.place || isAsked) focusBox(LOOKS, isAsked || data.place.endsWith("?"));
  [shown, focuses] = [data.place, data.focuses];
  takeOver(data.theme, data.paths);
}

function onKey(event) {
  const target = event.composedPath()[0];
  const isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const isWithCtrl = event.ctrlKey || event.metaKey;
  if (event.altKey || document.querySelector("[role=dialog]")) return;
  if (!(isWithCtrl ? event.key.toLowerCase() === "k" : event.key === "/" && !isTyping)) return;
  const box = document.querySelector(BOX);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select?.();
}

// Where the sidebar covers the page, it goes once a link in it has led elsewhere.
function uncover() {
  const sidebar = document.querySelector("[data-testid=stSidebar]");
  if (sidebar && sidebar.offsetWidth > innerWidth / 2)
    sidebar.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}

// A person can type at once; a keyboard that stands somewhere else is left there.
function focusBox(looks, isNew) {
  const box = document.querySelector(BOX);
  if (matchMedia("(pointer: coarse)").matches || looks === 0) return;
  if (!box || box.disabled) setTimeout(() => focusBox(looks - 1, isNew), LOOK_MS);
  else if (isNew || document.activeElement === document.body) box.focus({ preventScroll: true });
}

// Streamlit keeps the colours of each page by its path, and reads them as the page loads.
function takeOver(theme, paths) {
  try {
    if ((localStorage.getItem(KEPT) ?? "system") === theme) return;
    for (const path of paths)
      localStorage.setItem(`stActiveTheme-${path}-v2`, JSON.stringify(NAMES[theme]));
    localStorage.setItem(KEPT, theme);
  } catch {
    return; // a browser that keeps nothing has the colours of its system
  }
  location.reload();
}
