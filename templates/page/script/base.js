// All text of the model goes through textContent: nothing in it can become markup.
const report = JSON.parse(document.getElementById("report").textContent);
const { findings, rules, names, flows, views, paths, facets: shownFacets } = report;
const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];
const make = (tag, className, ...children) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
};
const press = (className, text, act) => {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
};
const link = (place, text) => {
  const node = make("a", "", make("bdi", "", text));
  node.href = `#${place}`;
  return node;
};
const enc = encodeURIComponent;
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const narrow = () => innerWidth <= 760;
const severity = (finding) => finding.severities[finding.severities.length - 1];
const chip = (finding) => make("span", `chip ${finding.outcome}`, finding.chip);
const bar = (row) => make("span", `bar s${row.step}`, make("i"));
const code = (text) => make("code", "", text);
const own = (table, key) => Object.hasOwn(table, key);

for (const finding of findings) {
  const rule = rules[finding.rule];
  finding.title = rule.title;
  finding.flows = finding.things.filter((id) => own(flows, id));
  const texts = [finding.id, rule.title, rule.text, finding.where, finding.message, finding.fix, finding.place];
  finding.text = texts.concat(rule.references).join("\n").toLowerCase();
}
const byId = new Map(findings.map((finding) => [finding.id, finding]));
