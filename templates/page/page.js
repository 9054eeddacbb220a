"use strict";
// All text of the model goes through textContent: nothing in it can become markup.
const report = JSON.parse(document.getElementById("report").textContent);
const { findings, rules, names, facets: shownFacets } = report;
const $ = (selector) => document.querySelector(selector);
const make = (tag, className, ...children) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
};
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const narrow = () => innerWidth <= 760;
const severity = (finding) => finding.severities[finding.severities.length - 1];
const chip = (finding) => make("span", `chip ${finding.outcome}`, finding.chip);
const bar = (row) => make("span", `bar s${row.step}`, make("i"));
const code = (text) => make("code", "", text);

const readers = {
  outcome: (finding) => [finding.outcome],
  severity: (finding) => [severity(finding).level],
  stride: (finding) => [rules[finding.rule].stride],
  element: (finding) => finding.elements,
};
const facets = shownFacets.map((facet) => ({ ...facet, read: readers[facet.name], picked: new Set() }));
const facet = (name) => facets.find((one) => one.name === name);
const MOST_VALUES = 40;
let words = "";
let current = null;
let shown = findings;

for (const finding of findings) {
  const rule = rules[finding.rule];
  finding.title = rule.title;
  const texts = [finding.id, rule.title, rule.text, finding.where, finding.message, finding.fix, finding.place];
  finding.text = texts.concat(rule.references).join("\n").toLowerCase();
}

const matches = (finding, except) =>
  (!words || finding.text.includes(words)) &&
  facets.every((one) => one === except || !one.picked.size || one.read(finding).some((value) => one.picked.has(value)));

// ---- filters --------------------------------------------------------------------------------------------------------

function counts(one) {
  const found = new Map(one.values.map((value) => [value.id, 0]));
  for (const finding of findings) {
    if (matches(finding, one)) for (const value of new Set(one.read(finding))) found.set(value, (found.get(value) ?? 0) + 1);
  }
  return found;
}

function drawFacet(one) {
  const found = counts(one);
  const order = one.values.length > MOST_VALUES ? [...one.values].sort((a, b) => found.get(b.id) - found.get(a.id)) : one.values;
  const set = make("fieldset", "", make("legend", "", one.title));
  order.forEach((value, index) => {
    if (index >= MOST_VALUES && !one.picked.has(value.id)) return;
    const box = make("input");
    Object.assign(box, { type: "checkbox", name: one.name, value: value.id, checked: one.picked.has(value.id) });
    const label = make("label", found.get(value.id) ? "" : "zero", box);
    if (value.mark) {
      const mark = make("span", "mark", value.mark);
      mark.setAttribute("aria-hidden", "true");
      label.append(mark);
    }
    label.append(make("bdi", "", value.title), make("span", "n", String(found.get(value.id))));
    set.append(label);
  });
  return set;
}

function drawRail() {
  const active = document.activeElement;
  const kept = active && active.type === "checkbox" ? [active.name, active.value] : null;
  $("#facets").replaceChildren(...facets.map(drawFacet));
  const again = kept && [...$("#facets").elements].find((box) => box.name === kept[0] && box.value === kept[1]);
  if (again) again.focus();
}

// ---- the list -------------------------------------------------------------------------------------------------------

for (const finding of findings) {
  const row = severity(finding);
  const button = make(
    "button", "item",
    make("span", "t", finding.title),
    make("span", "o", make("span", "", finding.where)),
    make("span", "row", chip(finding), make("span", "k", bar(row), row.word)),
  );
  button.type = "button";
  button.addEventListener("click", () => { read(finding); if (narrow()) scrollTo(0, 0); });
  finding.button = button;
}
const nothing = make("p", "k none", findings.length ? "Nothing matches. Clear the filters to see all." : "No rule finds anything in this model.");
$("#items").append(...findings.map((finding) => finding.button), nothing);

function drawList() {
  shown = findings.filter((finding) => matches(finding));
  const visible = new Set(shown);
  for (const finding of findings) finding.button.hidden = !visible.has(finding);
  nothing.hidden = shown.length > 0;
  const noun = findings.length === 1 ? "finding" : "findings";
  const amount = shown.length === findings.length ? `${findings.length} ${noun}` : `${shown.length} of ${findings.length} ${noun}`;
  $("#count span").textContent = `${amount}, by ${report.severity} severity`;
}

// ---- one finding ----------------------------------------------------------------------------------------------------

function severities(finding) {
  const columns = finding.severities.map((row) =>
    make("div", "", make("span", "k", capital(row.name)), bar(row), make("b", "", row.word)));
  const terms = finding.severities.map((row) => make("p", "k", `${capital(row.name)}: ${row.terms}`));
  return [make("div", `sev n${columns.length}`, ...columns), make("div", "terms", ...terms)];
}

function proof(finding) {
  const steps = finding.proof.map(([clause, text, source]) =>
    make("li", "", make("span", "w", clause), make("span", "", text, source ? make("span", "src", source) : null)));
  if (finding.proof.at(-1)?.[1] !== finding.outcome) {  // a decision has the last word
    steps.push(make("li", "so", make("span", "w", "so"), make("span", "", make("b", "", finding.outcome))));
  }
  return make("ol", "proof", ...steps);
}

function body(finding) {
  const rule = rules[finding.rule];
  const part = (title, text) => (text ? [make("h3", "", title), make("p", "", text)] : []);
  return [
    make("div", "stride", rule.stride),
    make("h2", "", finding.title),
    make("p", "where", make("span", "", finding.where)),
    make("div", "row", chip(finding)),
    make("p", "why", finding.message),
    ...severities(finding),
    ...part("Do", finding.fix),
    ...part("Evidence", finding.evidence),
    ...part("Decision", finding.decision),
    make("h3", "", "Proof"), proof(finding),
    ...part("About this rule", rule.text || " "),
    make("div", "refs", code(finding.rule), ...rule.references.map((id) => make("span", "", id))),
  ];
}

function show(finding) {
  if (!finding) return;
  if (current) current.button.removeAttribute("aria-current");
  current = finding;
  finding.button.setAttribute("aria-current", "true");
  finding.button.scrollIntoView({ block: "nearest" });
  const back = make("button", "btn back", "← All findings");
  back.type = "button";
  back.addEventListener("click", () => document.body.classList.remove("reading"));
  const copy = make("button", "link copy", "Copy link");
  copy.type = "button";
  copy.addEventListener("click", () => {
    navigator.clipboard?.writeText(`${location.href.split("#")[0]}#${encodeURIComponent(finding.id)}`);
    copy.textContent = "Copied";
  });
  const drawing = $("#fig svg").cloneNode(true);
  for (const node of drawing.querySelectorAll("[id]")) node.removeAttribute("id");
  const line = make("div", "idline", code(finding.id), make("span", "k", finding.place), copy);
  $("#detail").replaceChildren(back, ...body(finding), make("div", "dfd small", drawing), line);
  $("#detail").scrollTop = 0;
  light(finding);
}

// A wide diagram is shown around what a finding is about, at a size that can be read.
const WHOLE = 620;
const AROUND = { width: 400, height: 520, margin: 24 };

function frame(svg) {
  const [, , width, height] = svg.dataset.whole.split(" ").map(Number);
  const boxes = [...svg.querySelectorAll("g.node.on")].map((node) => node.getBBox()).filter((box) => box.width);
  if (width <= WHOLE || !boxes.length) {
    svg.setAttribute("viewBox", svg.dataset.whole);
    return;
  }
  const shift = svg.querySelector("g.graph").transform.baseVal.consolidate().matrix;
  const part = (start, size, whole, move, least) => {
    const from = Math.min(...boxes.map((box) => box[start])) + move - AROUND.margin;
    const to = Math.max(...boxes.map((box) => box[start] + box[size])) + move + AROUND.margin;
    const length = Math.min(whole, Math.max(to - from, least));
    return [Math.max(0, Math.min(whole - length, (from + to - length) / 2)), length];
  };
  const [x, wide] = part("x", "width", width, shift.e, AROUND.width);
  const [y, high] = part("y", "height", height, shift.f, AROUND.height);
  svg.setAttribute("viewBox", `${x} ${y} ${wide} ${high}`);
}

function light(finding) {
  const lit = new Set(finding.things);
  for (const holder of document.querySelectorAll("#findings .dfd")) {
    let any = false;
    for (const node of holder.querySelectorAll("g.node, g.edge")) {
      const on = lit.has(node.dataset.ref);
      node.classList.toggle("on", on);
      any ||= on;
    }
    holder.classList.toggle("hot", any);
    frame(holder.querySelector("svg"));
  }
}

// ---- what the reader does -------------------------------------------------------------------------------------------

function draw() {
  drawRail();
  drawList();
  if (!shown.includes(current) && shown.length && !narrow()) show(shown[0]);
}

function read(finding) {
  show(finding);
  document.body.classList.add("reading");
  history.replaceState(null, "", `#${encodeURIComponent(finding.id)}`);
}

function drawWhole() {
  const holder = $("#diagram .dfd");
  if (holder.firstChild) return;
  const drawing = $("#fig svg").cloneNode(true);
  for (const node of drawing.querySelectorAll("[id]")) node.removeAttribute("id");
  const [, , width] = drawing.dataset.whole.split(" ").map(Number);
  drawing.setAttribute("viewBox", drawing.dataset.whole);
  drawing.setAttribute("width", String(Math.round(width * 4 / 3)));
  for (const node of drawing.querySelectorAll(".on")) node.classList.remove("on");
  holder.append(drawing);
}

function move(step) {
  const next = shown[Math.max(0, Math.min(shown.length - 1, shown.indexOf(current) + step))];
  if (!next) return;
  read(next);
  next.button.focus();
}

function only(outcome) {
  facet("outcome").picked = new Set([outcome]);
  draw();
}

function all() {
  for (const one of facets) one.picked.clear();
  words = "";
  $("#q").value = "";
  draw();
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  $("#theme").textContent = name === "dark" ? "Light" : "Dark";
}

function follow() {
  let name = location.hash.slice(1);
  try { name = decodeURIComponent(name); } catch { /* not one of our links */ }
  const finding = findings.find((one) => one.id === name);
  const tab = [...document.querySelectorAll("#tabs a")].find((one) => one.dataset.tab === name);
  document.body.dataset.tab = tab && !finding ? name : "findings";
  if (name === "diagram") drawWhole();
  for (const one of document.querySelectorAll("#tabs a")) {
    one.toggleAttribute("aria-current", one.dataset.tab === document.body.dataset.tab);
  }
  if (finding) { show(finding); document.body.classList.add("reading"); }
}

$("#facets").addEventListener("change", (event) => {
  const picked = facet(event.target.name).picked;
  if (event.target.checked) picked.add(event.target.value); else picked.delete(event.target.value);
  draw();
});
$("#facets").addEventListener("submit", (event) => event.preventDefault());
$("#q").addEventListener("input", (event) => { words = event.target.value.trim().toLowerCase(); draw(); });
$("#clear").addEventListener("click", all);
$("#theme").addEventListener("click", () => {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  theme(next);
  try { localStorage.setItem("theme", next); } catch { /* private windows keep nothing */ }
});
$("#keys").addEventListener("click", () => $("#help").showModal());
$("#close").addEventListener("click", () => $("#help").close());
$("#filters").addEventListener("click", () => {
  const open = document.body.classList.toggle("filtering");
  $("#filters").setAttribute("aria-expanded", String(open));
});
document.addEventListener("click", (event) => {
  const node = event.target.closest?.(".dfd g.el");
  if (!node) return;
  const picked = facet("element")?.picked;
  const id = node.dataset.ref;
  if (!picked || !(id in names)) return;
  const off = picked.has(id) && picked.size === 1;
  picked.clear();
  if (!off) picked.add(id);
  if (document.body.dataset.tab !== "findings") location.hash = "findings";
  draw();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("#help").open) return;
  if (event.target.type === "search") { if (event.key === "Escape") event.target.blur(); return; }
  const actions = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    "/": () => $("#q").focus(), "?": () => $("#help").showModal(), d: () => $("#theme").click(), x: all,
    c: () => $(".copy")?.click(), o: () => only("open"), u: () => only("unassessed"), m: () => only("mitigated"),
    v: () => only("verified"), a: () => only("accepted"), Escape: () => document.body.classList.remove("reading"),
  };
  const reading = document.body.dataset.tab === "findings";
  if (event.key in actions && (reading || "d?".includes(event.key))) { event.preventDefault(); actions[event.key](); }
});
addEventListener("hashchange", follow);
addEventListener("beforeprint", () => {
  $("#print").replaceChildren(...shown.map((finding) => make(
    "article", "",
    make("h2", "", finding.title),
    make("div", "row", chip(finding), make("b", "", finding.where)),
    make("p", "", finding.message),
    make("p", "k", finding.severities.map((row) => `${row.name} ${row.word}`).join(", "), ". ", severity(finding).terms),
    finding.decision ? make("p", "", `Decision: ${finding.decision}`) : null,
    finding.evidence ? make("p", "", `Evidence: ${finding.evidence}`) : null,
    finding.fix ? make("p", "", `Do: ${finding.fix}`) : null,
    make("p", "", code(finding.id)),
  )));
});

let kept = null;
try { kept = localStorage.getItem("theme"); } catch { /* private windows keep nothing */ }
theme(kept ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
document.documentElement.classList.add("js");
$("#fig svg").dataset.whole = $("#fig svg").getAttribute("viewBox");
document.body.dataset.tab = "findings"; // what is hidden has no size, and the diagram is framed by sizes
draw();
follow();
