// The address says all that the reader sees: the part, the entry or finding in it, and the filters.
// #finding-id, #findings, #flows, #element/ID, #flow/ID, #data/ID, #rule/ID, #view/NAME; then ?outcome=open&q=words&by=rule
const ROWS = { element: "elements", flow: "flows", data: "data" };
let at = null;

function plain(text) {
  try { return decodeURIComponent(text); } catch { return text; } // not one of our links
}

function split() {
  const text = location.hash.slice(1);
  if (byId.has(plain(text))) return [text, ""];
  const cut = text.indexOf("?");
  return cut < 0 ? [text, ""] : [text.slice(0, cut), text.slice(cut + 1)];
}

// Goes to a place with the filters as they are; `quiet` leaves no step to come back to.
function go(place, { quiet = false } = {}) {
  const query = filtersAsText();
  const hash = `#${place}${query ? `?${query}` : ""}`;
  if (hash !== location.hash) history[quiet ? "replaceState" : "pushState"](null, "", hash);
  follow();
}

const stay = (options) => go(document.body.dataset.tab === "findings" && current && !narrow() && at?.finding ? enc(current.id) : "findings", options);

function openTab(name) {
  document.body.dataset.tab = name;
  for (const one of $$("#tabs a")) {
    if (one.dataset.tab === name) one.setAttribute("aria-current", "page"); else one.removeAttribute("aria-current");
  }
}

function openRow(kind, id) {
  openTab(ROWS[kind]);
  const target = $$(`#${ROWS[kind]} tr[data-id]`).find((one) => one.dataset.id === id);
  if (!target) { miss(`no ${kind}`, id); return; }
  target.classList.add("target");
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

// An old link must not pass for something else: what is gone is said.
function miss(what, id) {
  $("#missing").hidden = !what;
  $("#missing").textContent = what ? `This report has ${what} ${id}. It may be of another version of the model.` : "";
}

function openFindings(finding) {
  openTab("findings");
  document.body.classList.toggle("reading", Boolean(finding));
  drawRail();
  drawList();
  if (finding) show(finding);
  else if (!narrow()) show(found.includes(current) ? current : shown[0]);
}

function follow() {
  at = { hash: location.hash, finding: null };
  const [place, query] = split();
  const name = plain(place);
  const [kind, id] = [name.slice(0, name.indexOf("/")), name.slice(name.indexOf("/") + 1)];
  takeFilters(query);
  miss("", "");
  for (const one of $$("tr.target")) one.classList.remove("target");
  at.finding = byId.get(name) ?? null;
  const tab = $$("#tabs a").find((one) => one.dataset.tab === name);
  if (!at.finding && own(ROWS, kind)) openRow(kind, id);
  else if (!at.finding && kind === "view") {
    openTab("diagram");
    drawView(id);
    if (!views.some((one) => one.name === id) && !/^path:\d+$/.test(id)) miss("no view", id);
    else if (/^path:\d+$/.test(id) && !own(paths, id.slice(5))) miss("no attack path", id.slice(5));
  }
  else if (!at.finding && kind === "rule" && facet("rule")?.known.has(id)) {
    facet("rule").picked = new Set([id]);
    openFindings(null);
  } else if (!at.finding && tab && name !== "findings") {
    openTab(name);
    if (name === "diagram") drawView(views[0].name);
  } else {
    openFindings(at.finding);
    if (name && !at.finding && !tab) miss(kind === "rule" ? "no finding of the rule" : "no finding", kind === "rule" ? id : name);
  }
}

for (const event of ["popstate", "hashchange"]) {
  addEventListener(event, () => { if (at?.hash !== location.hash) follow(); });
}
for (const one of $$("#tabs a")) {
  one.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(one.dataset.tab === "diagram" && canvas.dataset.view ? `view/${enc(canvas.dataset.view)}` : one.dataset.tab);
  });
}
