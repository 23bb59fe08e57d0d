// The report's table: filters, order, and a hundred rows at a time, so that thousands stay quick.
// Each question waits as text until it is drawn; every foreign text in it was escaped when the
// report was written, and the page's policy lets nothing of it load or run.

const AT_ONCE = 100;
const get = (id) => document.getElementById(id);
const table = [...document.querySelectorAll("script.question")].map((held, number) => ({
  ...JSON.parse(held.dataset.facts),
  number,
  held,
}));
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
  const [kind, outcome, tag] = ["kind", "outcome", "tag"].map((id) => get(id).value);
  const words = get("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  shown = table.filter(
    (row) =>
      (!kind || row.kinds.includes(kind)) &&
      (!outcome || row.outcome === outcome) &&
      (!tag || row.tags.includes(tag)) &&
      words.every((word) => row.words.toLowerCase().includes(word)),
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
  const html = shown.slice(drawn, drawn + AT_ONCE).map((row) => row.held.textContent).join("");
  get("rows").append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  drawn = Math.min(shown.length, drawn + AT_ONCE);
  get("more").hidden = drawn >= shown.length;
}

choices(get("outcome"), table.map((row) => row.outcome));
choices(get("tag"), table.flatMap((row) => row.tags));
for (const id of ["kind", "outcome", "tag", "order"]) get(id).addEventListener("change", select);
get("words").addEventListener("input", select);
get("more").addEventListener("click", draw);
select();
