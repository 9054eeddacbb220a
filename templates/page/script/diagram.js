// The diagram tab: one view at a time, to move about in with the mouse, with two fingers and with the keyboard.
const STEP = 1.25;
const PAN = 60;
const LEAST = 60; // points: the smallest part that is shown
const canvas = $("#canvas");
const touching = new Map();
let dragged = false;
let box = null; // the part that is shown: x, y, width, height
let framed = null; // what was fitted into the canvas, and the size of the canvas then
let waiting = false;
let apart = 0;

const drawn = () => canvas.querySelector("svg");

function place(next) {
  const [, , width, height] = sizes(drawn());
  const wide = Math.min(Math.max(next[2], LEAST), Math.max(width, height) * 4);
  const high = next[3] * (wide / next[2]);
  const keep = (start, length, whole) => Math.min(Math.max(start, -length * 0.8), whole - length * 0.2);
  box = [keep(next[0], wide, width), keep(next[1], high, height), wide, high];
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(settle);
}

function settle() {
  waiting = false;
  drawn()?.setAttribute("viewBox", box.join(" "));
  $("#scale").textContent = `${Math.round((canvas.clientWidth / box[2]) * 75)} %`;
}

// As much of the drawing as fills the canvas: its box has the canvas's shape, so that a point is where it seems to be.
function fit(part = sizes(drawn())) {
  const ratio = canvas.clientWidth / Math.max(canvas.clientHeight, 1);
  const wide = Math.max(part[2], part[3] * ratio, canvas.clientWidth / 2);
  framed = { part, width: canvas.clientWidth, height: canvas.clientHeight };
  const high = wide / ratio;
  place([part[0] + (part[2] - wide) / 2, part[1] + (part[3] - high) / 2, wide, high]);
}

function zoom(by, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
  const [left, top, wide, high] = box;
  const least = Math.max(by, 1e-3);
  const atX = left + (x / canvas.clientWidth) * wide, atY = top + (y / canvas.clientHeight) * high;
  place([atX - (atX - left) / least, atY - (atY - top) / least, wide / least, high / least]);
}

function pan(x, y) {
  place([box[0] + (x * box[2]) / canvas.clientWidth, box[1] + (y * box[3]) / canvas.clientHeight, box[2], box[3]]);
}

function within(event) {
  const edge = canvas.getBoundingClientRect();
  return [event.clientX - edge.left, event.clientY - edge.top];
}

function reach(node, on) {
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", node.querySelector("title")?.textContent ?? on);
}

function drawView(name) {
  const path = /^path:(\d+)$/.exec(name)?.[1];
  const view = views.find((one) => one.name === name) ?? views[0];
  if (!view) return;
  if (canvas.dataset.view !== view.name) {
    hang(canvas, view);
    const svg = drawn();
    svg.setAttribute("role", "group");
    svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
    for (const node of svg.querySelectorAll("g.el, g.pill")) reach(node, "");
    box = null;
  }
  $("#view").value = view.name;
  const lit = path && view.name !== name ? paths[path] ?? [] : [];
  light(canvas, lit);
  $("#told").textContent = lit.length ? `${view.title}. Attack path ${path} is lit.` : view.title;
  if (!box || lit.length) fit((lit.length && around(drawn())) || undefined);
}

canvas.addEventListener("wheel", (event) => {
  if (!event.ctrlKey || !box) return;
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 300), ...within(event));
}, { passive: false });
canvas.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  dragged = false;
  touching.set(event.pointerId, within(event));
  apart = 0;
});
canvas.addEventListener("pointermove", (event) => {
  const last = touching.get(event.pointerId);
  if (!last || !box) return;
  const now = within(event);
  if (!dragged && Math.hypot(now[0] - last[0], now[1] - last[1]) < 4) return;
  dragged = true;
  canvas.setPointerCapture(event.pointerId);
  touching.set(event.pointerId, now);
  if (touching.size === 1) { pan(last[0] - now[0], last[1] - now[1]); return; }
  const [one, two] = [...touching.values()];
  const distance = Math.hypot(one[0] - two[0], one[1] - two[1]);
  if (apart) zoom(distance / apart, (one[0] + two[0]) / 2, (one[1] + two[1]) / 2);
  apart = distance;
});
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, (event) => {
    touching.delete(event.pointerId);
    apart = 0;
    setTimeout(() => { dragged = false; }); // after the click that ends a drag
  });
}
canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !box) return;
  const node = event.target.closest("[role=button]");
  const actions = {
    ArrowLeft: () => pan(-PAN, 0), ArrowRight: () => pan(PAN, 0), ArrowUp: () => pan(0, -PAN), ArrowDown: () => pan(0, PAN),
    "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: () => fit(),
    ...(node ? { Enter: () => choose(node), " ": () => choose(node) } : {}),
  };
  if (!(event.key in actions)) return;
  event.preventDefault();
  event.stopPropagation();
  actions[event.key]();
});
// A shape that is reached with the keyboard comes into sight.
canvas.addEventListener("focusin", (event) => {
  if (!box || event.target === canvas || !event.target.matches(":focus-visible")) return;
  canvas.scrollTo(0, 0);
  if (waiting) settle(); // else it is measured where it was
  const at = event.target.getBoundingClientRect(), edge = canvas.getBoundingClientRect();
  const off = (from, to, low, high) => (from < low || to > high ? (from + to - low - high) / 2 : 0);
  const x = off(at.left, at.right, edge.left, edge.right), y = off(at.top, at.bottom, edge.top, edge.bottom);
  if (x || y) pan(x, y);
});
$("#view").addEventListener("change", (event) => go(`view/${enc(event.target.value)}`));
$("#closer").addEventListener("click", () => zoom(STEP));
$("#farther").addEventListener("click", () => zoom(1 / STEP));
$("#whole").addEventListener("click", () => fit());
// Windows change size, and lines break anew when the fonts have come.
new ResizeObserver(() => {
  if (box && canvas.clientHeight && (canvas.clientWidth !== framed.width || canvas.clientHeight !== framed.height)) fit(framed.part);
}).observe(canvas);
