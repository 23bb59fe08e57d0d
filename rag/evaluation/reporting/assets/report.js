// The report's table: filters, order, and a question's detail when it is opened. `build` comes
// from nodes.js. Rows are drawn a hundred at a time, so that thousands stay quick.

const AT_ONCE = 100;
const get = (id) => document.getElementById(id);
const table = JSON.parse(get("table").textContent);
table.forEach((row, number) => {
  row.number = number;
  row.words = row.words.toLowerCase();
});
let shown = [];
let drawn = 0;

function choices(select, values) {
  for (const value of [...new Set(values)].sort()) {
    const option = document.createElement("option");
    option.value = option.textContent = value;
    select.append(option);
  }
}

function select() {
  const kind = get("kind").value;
  const outcome = get("outcome").value;
  const tag = get("tag").value;
  const words = get("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  shown = table.filter(
    (row) =>
      (!kind || row.kinds.includes(kind)) &&
      (!outcome || row.outcome === outcome) &&
      (!tag || row.tags.includes(tag)) &&
      words.every((word) => row.words.includes(word)),
  );
  sort(get("order").value);
  get("rows").replaceChildren();
  get("count").textContent = `${shown.length.toLocaleString("en")} of ${table.length.toLocaleString("en")} questions`;
  drawn = 0;
  draw();
}

// What has no value comes last, whichever way the order runs; ties stay in the order of the set.
function sort(order) {
  if (!order) return;
  const name = order.replace("-", "");
  const way = order.startsWith("-") ? -1 : 1;
  shown.sort((a, b) => {
    if (a[name] === null || b[name] === null) return (a[name] === null) - (b[name] === null) || a.number - b.number;
    return way * (a[name] - b[name]) || a.number - b.number;
  });
}

function draw() {
  const rows = shown.slice(drawn, drawn + AT_ONCE);
  get("rows").append(...rows.map(line));
  drawn += rows.length;
  get("more").hidden = drawn >= shown.length;
}

function line(row) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.className = "row";
  summary.append(...row.cells.map(build));
  details.append(summary);
  details.dataset.number = row.number;
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1)
      details.append(build(JSON.parse(get(`q${row.number}`).textContent)));
  });
  return details;
}

choices(get("outcome"), table.map((row) => row.outcome));
choices(get("tag"), table.flatMap((row) => row.tags));
for (const id of ["kind", "outcome", "tag", "order"]) get(id).addEventListener("change", select);
get("words").addEventListener("input", select);
get("more").addEventListener("click", draw);
select();
