// Drawings lie in templates and cost nothing before they are shown.
const WHOLE = 620; // points: a wider diagram is shown around what a finding is about, at a size that can be read
const AROUND = { width: 400, height: 520, margin: 24 };
const refs = (node) => (node.dataset.ref ?? "").split(" ");

function viewOf(things) {
  let best = views[0], most = -1;
  for (const view of views) {
    const has = new Set(view.things);
    const count = things.filter((id) => has.has(id)).length;
    if (count > most) [best, most] = [view, count];
  }
  return best;
}

function hang(holder, view) {
  if (holder.dataset.view === view.name) return;
  const drawing = $("#drawings").children[views.indexOf(view)].content.firstElementChild.cloneNode(true);
  for (const node of drawing.querySelectorAll("[id]")) node.removeAttribute("id");
  drawing.dataset.whole = drawing.getAttribute("viewBox");
  holder.replaceChildren(drawing);
  holder.dataset.view = view.name;
}

function light(holder, things) {
  const key = `${holder.dataset.view}\n${things.join("\n")}`;
  if (holder.lit === key) return;
  holder.lit = key;
  const lit = new Set(things);
  let any = false;
  for (const node of holder.querySelectorAll("g.node, g.edge")) {
    const on = refs(node).some((id) => lit.has(id));
    node.classList.toggle("on", on);
    any ||= on;
  }
  holder.classList.toggle("hot", any);
}

const sizes = (svg) => svg.dataset.whole.split(" ").map(Number);

// The part of the drawing around what is lit; null where all of it is shown.
function around(svg) {
  const [, , width, height] = sizes(svg);
  const boxes = [...svg.querySelectorAll("g.node.on")].map((node) => node.getBBox()).filter((box) => box.width);
  if (width <= WHOLE || !boxes.length) return null;
  const shift = svg.querySelector("g.graph").transform.baseVal.consolidate().matrix;
  const part = (start, size, whole, move, least) => {
    const from = Math.min(...boxes.map((box) => box[start])) + move - AROUND.margin;
    const to = Math.max(...boxes.map((box) => box[start] + box[size])) + move + AROUND.margin;
    const length = Math.min(whole, Math.max(to - from, least));
    return [Math.max(0, Math.min(whole - length, (from + to - length) / 2)), length];
  };
  const [x, wide] = part("x", "width", width, shift.e, AROUND.width);
  const [y, high] = part("y", "height", height, shift.f, AROUND.height);
  return [x, y, wide, high];
}

function frame(svg) {
  svg.setAttribute("viewBox", (around(svg) ?? sizes(svg)).join(" "));
}

// Choosing a shape or a line shows its findings; a shape that stands for a part of the model opens the view of it.
function choose(node) {
  if (node.dataset.view && views.some((view) => view.name === node.dataset.view)) {
    go(`view/${enc(node.dataset.view)}`);
    return;
  }
  const one = facet(node.classList.contains("el") ? "element" : "flow");
  const ids = refs(node).filter((id) => one?.known.has(id));
  if (!ids.length) {
    $("#told").textContent = `No finding is about ${node.querySelector("title")?.textContent ?? "this"}.`;
    return;
  }
  const off = document.body.dataset.tab === "findings" && one.picked.size === ids.length && ids.every((id) => one.picked.has(id));
  for (const other of facets) if (other.name === "element" || other.name === "flow") other.picked.clear();
  if (!off) for (const id of ids) one.picked.add(id);
  go("findings");
}

document.addEventListener("click", (event) => {
  const node = event.target.closest?.(".dfd g.el, .dfd g.pill, .dfd g.flow");
  if (node && !dragged) choose(node);
});
