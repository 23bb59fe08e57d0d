// Builds what rag/ui/nodes.py describes. Every text becomes a text node, never markup,
// and only elements and attributes that show something are made.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set("circle desc g line path rect svg text title".split(" "));
const WRITTEN = new Set(
  ("article aside blockquote button dd details div dl dt figcaption figure h1 h2 h3 h4 header li " +
    "mark ol p section span strong summary table tbody td th thead tr ul").split(" "),
);
const ATTRIBUTES =
  /^(class|title|role|type|id|scope|colspan|tabindex|(aria|data)-[a-z]+|viewBox|x|y|x1|x2|y1|y2|cx|cy|r|rx|d|width|height|transform|text-anchor)$/;

export function build(tree) {
  if (typeof tree === "string") return document.createTextNode(tree);
  const [tag, attributes, ...children] = tree;
  if (!DRAWN.has(tag) && !WRITTEN.has(tag)) throw new Error(`no element ${tag}`);
  const element = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTES.test(name)) throw new Error(`no attribute ${name}`);
    element.setAttribute(name, value);
  }
  element.append(...children.map(build));
  return element;
}

// In the app: draws the trees of `data`; a click on what carries `data-open` says so.
export default function ({ data: [data], parentElement, setTriggerValue }) {
  const focused = parentElement.activeElement?.dataset?.open;
  const open = new Set([...parentElement.querySelectorAll("details[open][id]")].map((d) => d.id));
  parentElement.querySelector(".drawn")?.remove();
  const root = document.createElement("div");
  root.className = "drawn";
  root.append(...data.trees.map(build));
  for (const details of root.querySelectorAll("details[id]")) details.open = open.has(details.id);
  root.onclick = (event) => {
    const place = event.target.closest("[data-open]");
    if (place) setTriggerValue("open", { id: place.dataset.open, at: Date.now() });
  };
  parentElement.append(root);
  if (focused) root.querySelector(`[data-open="${CSS.escape(focused)}"]`)?.focus();
}
