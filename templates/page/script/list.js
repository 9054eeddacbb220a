const CHUNK = 60; // rows made at a time: a list of thousands is as quick as one of ten
const ORDERS = {
  risk: null,
  rule: (finding) => [finding.title],
  element: (finding) => [finding.elements.map((id) => names[id] ?? id)[0] ?? "The whole model"],
  severity: (finding) => [capital(severity(finding).level)],
  stride: (finding) => [rules[finding.rule].stride],
};
const folded = new Set();
let shown = findings; // in the order of the list, without those of folded groups
let found = findings; // all that match
let entries = [];
let made = 0;
let current = null;

function row(finding) {
  if (finding.button) return finding.button;
  const last = severity(finding);
  finding.button = press("item", make("span", "t", finding.title), () => {
    go(enc(finding.id));
    if (narrow()) scrollTo(0, 0);
    $("#detail").focus();
  });
  finding.button.append(
    make("span", "o", make("span", "", finding.where)),
    make("span", "row", chip(finding), make("span", "k", bar(last), last.word)),
  );
  return finding.button;
}

function heading({ group, size }) {
  const button = press("group", make("bdi", "", group), () => {
    if (!folded.delete(group)) folded.add(group);
    drawList();
    [...$("#items").querySelectorAll(".group")].find((one) => one.dataset.group === group)?.focus();
  });
  button.append(make("span", "n", String(size)));
  button.dataset.group = group;
  button.setAttribute("aria-expanded", String(!folded.has(group)));
  return button;
}

function arrange() {
  const key = ORDERS[order];
  if (!key) { entries = found; shown = found; return; }
  const groups = new Map();
  for (const finding of found) {
    const [name] = key(finding);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(finding);
  }
  entries = [];
  for (const [group, members] of groups) {
    entries.push({ group, size: members.length });
    if (!folded.has(group)) entries.push(...members);
  }
  shown = entries.filter((entry) => !entry.group);
}

function more(upTo = made + CHUNK) {
  const end = Math.min(entries.length, upTo);
  const rows = [];
  for (; made < end; made += 1) rows.push(entries[made].group ? heading(entries[made]) : row(entries[made]));
  $("#items").append(...rows);
  $("#more").hidden = made >= entries.length;
}

function drawList() {
  found = findings.filter(matches);
  arrange();
  made = 0;
  $("#items").replaceChildren();
  more();
  $("#none").hidden = found.length > 0;
  const noun = findings.length === 1 ? "finding" : "findings";
  const amount = found.length === findings.length ? `${findings.length} ${noun}` : `${found.length} of ${findings.length} ${noun}`;
  const text = `${amount}, by ${report.severity} severity`;
  if ($("#count span").textContent !== text) $("#count span").textContent = text;
}

function reveal(finding) {
  const place = entries.indexOf(finding);
  if (place >= made) more(place + CHUNK);
  const button = finding.button?.getBoundingClientRect(), list = $("#list").getBoundingClientRect();
  // Only what is out of sight is scrolled to: where a browser scrolls is where its next Tab begins.
  if (button && (button.top < list.top || button.bottom > list.bottom)) finding.button.scrollIntoView({ block: "nearest" });
}

$("#none").textContent = findings.length ? "Nothing matches. Clear the filters to see all." : "No rule finds anything in this model.";
$("#more").addEventListener("click", () => more());
new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) more(); }, { rootMargin: "600px" }).observe($("#more"));
