// Draws the list of the library: how many are found, and a row for each, as a table of links.
// Every text comes in as data and is put into the page as text, never as markup.

const AT_ONCE = 24; // rows; a screen shows fewer, and those below come as one scrolls
const AHEAD = 600; // px below what is seen that are drawn, too

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const say = (what, value) => setTriggerValue(what, { value, at: Date.now() });
  const old = parentElement.querySelector(".list");
  const list = make("div", "list");
  list.append(make("p", "count", data.count));
  list.firstChild.setAttribute("role", "status");
  if (data.rows.length === 0) list.append(make("p", "", data.absence));
  else list.append(table(data, say));
  const scrolled = old?.querySelector(".rows")?.scrollTop ?? 0;
  const isSame = old?.dataset.shown === shownKey(data);
  list.dataset.shown = shownKey(data);
  if (old) old.replaceWith(list);
  else parentElement.append(list);
  const rows = list.querySelector(".rows");
  if (rows && isSame) rows.scrollTop = scrolled;
}

// The same rows drawn again stay where they were scrolled to.
function shownKey(data) {
  return `${data.count} ${data.rows[0]?.id} ${data.rows.at(-1)?.id}`;
}

function table(data, say) {
  const scroller = make("div", "rows");
  const drawn = make("table", "");
  drawn.setAttribute("aria-label", "Articles");
  const head = make("tr", "");
  head.append(...data.heads.map((each) => headOf(each, say)));
  const body = make("tbody", "");
  drawn.append(make("thead", ""), body);
  drawn.firstChild.append(head);
  scroller.append(drawn);
  const more = () => {
    const next = data.rows.slice(body.children.length, body.children.length + AT_ONCE);
    body.append(...next.map((row) => rowOf(row, data.heads)));
  };
  more();
  scroller.onscroll = () => {
    while (body.children.length < data.rows.length && isNearEnd(scroller)) more();
  };
  scroller.onclick = (event) => open(event, say);
  scroller.onkeydown = step;
  return scroller;
}

function isNearEnd(scroller) {
  return scroller.scrollTop + scroller.clientHeight + AHEAD > scroller.scrollHeight;
}

function headOf({ name, order, sorted }, say) {
  const cell = make("th", name.toLowerCase().replace(" ", "-"));
  cell.scope = "col";
  if (sorted) cell.setAttribute("aria-sort", sorted);
  if (!order) cell.append(name);
  else {
    const button = make("button", "", name);
    button.type = "button";
    button.title = `Sort: ${order.toLowerCase()}`;
    button.onclick = () => say("sort", order);
    cell.append(button);
  }
  return cell;
}

function rowOf({ id, cells, under }, heads) {
  const row = make("tr", "");
  row.dataset.id = id;
  heads.forEach(({ name }, place) => {
    const cell = make("td", name.toLowerCase().replace(" ", "-"));
    if (place > 0) {
      cell.append(make("span", "", cells[place]));
      cell.title = cells[place];
    } else {
      const link = make("a", "", cells[0]);
      link.href = `library?${new URLSearchParams({ article: id })}`;
      link.title = cells[0];
      cell.append(link, make("span", "under", under));
    }
    row.append(cell);
  });
  return row;
}

// A click anywhere in a row opens it here; one that asks for another tab is the browser's.
function open(event, say) {
  const row = event.target.closest("tr[data-id]");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey || getSelection()?.toString()) return;
  event.preventDefault();
  say("open", row.dataset.id);
}

function step(event) {
  const rows = event.key === "ArrowDown" ? "nextSibling" : event.key === "ArrowUp" && "previousSibling";
  const next = rows && event.target.closest("tr[data-id]")?.[rows]?.querySelector("a");
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
