const readers = {
  outcome: (finding) => [finding.outcome],
  severity: (finding) => [severity(finding).level],
  stride: (finding) => [rules[finding.rule].stride],
  rule: (finding) => [finding.rule],
  element: (finding) => finding.elements,
  flow: (finding) => finding.flows,
};
const MOST_VALUES = 40;
const LONG = 12;
const facets = shownFacets.map((facet) => ({
  ...facet,
  read: readers[facet.name],
  picked: new Set(),
  known: new Set(facet.values.map((value) => value.id)),
  closed: facet.values.length > LONG,
}));
const facet = (name) => facets.find((one) => one.name === name);
let words = "";
let order = "risk";

const passes = (one, finding) => !one.picked.size || one.read(finding).some((value) => one.picked.has(value));
const matches = (finding) => (!words || finding.text.includes(words)) && facets.every((one) => passes(one, finding));

// One walk for all facets: a finding counts in a facet when no other facet keeps it out.
function counts() {
  const found = new Map(facets.map((one) => [one, new Map()]));
  for (const finding of findings) {
    if (words && !finding.text.includes(words)) continue;
    const out = facets.filter((one) => !passes(one, finding));
    if (out.length > 1) continue;
    for (const one of out.length ? out : facets) {
      const sums = found.get(one);
      for (const value of new Set(one.read(finding))) sums.set(value, (sums.get(value) ?? 0) + 1);
    }
  }
  return found;
}

function drawValue(one, value, count) {
  const box = make("input");
  Object.assign(box, { type: "checkbox", name: one.name, value: value.id, checked: one.picked.has(value.id) });
  const label = make("label", count ? "" : "zero", box);
  if (value.mark) {
    const mark = make("span", "mark", value.mark);
    mark.setAttribute("aria-hidden", "true");
    label.append(mark);
  }
  label.append(make("bdi", "", value.title), make("span", "n", String(count)));
  return label;
}

function drawFacet(one, found) {
  const count = (value) => found.get(value.id) ?? 0;
  const all = one.values.length > MOST_VALUES ? [...one.values].sort((a, b) => count(b) - count(a)) : one.values;
  const set = make("fieldset", "", make("legend", "off", one.title));
  all.forEach((value, index) => {
    if (index < MOST_VALUES || one.picked.has(value.id)) set.append(drawValue(one, value, count(value)));
  });
  if (all.length > MOST_VALUES) set.append(make("p", "k", `${MOST_VALUES} of ${all.length}; search finds the rest`));
  const title = make("summary", "", one.title, one.picked.size ? make("span", "n", `${one.picked.size} chosen`) : null);
  const part = make("details", "", title, set);
  part.dataset.facet = one.name;
  part.open = !one.closed || one.picked.size > 0;
  title.addEventListener("click", () => { one.closed = part.open; });
  return part;
}

function drawRail() {
  const active = document.activeElement;
  const box = active?.type === "checkbox" ? [active.name, active.value] : null;
  const title = active?.tagName === "SUMMARY" ? active.parentNode.dataset.facet : null;
  const found = counts();
  $("#facets").replaceChildren(...facets.map((one) => drawFacet(one, found.get(one))));
  if (box) [...$("#facets").elements].find((one) => one.name === box[0] && one.value === box[1])?.focus();
  if (title) $(`#facets [data-facet=${title}] summary`)?.focus();
}

// The filters as they stand in an address, and as a reader is told of them.
function filtersAsText() {
  const query = new URLSearchParams();
  for (const one of facets) for (const value of one.picked) query.append(one.name, value);
  if (words) query.set("q", words);
  if (order !== "risk") query.set("by", order);
  return query.toString();
}

function takeFilters(text) {
  const query = new URLSearchParams(text);
  for (const one of facets) one.picked = new Set(query.getAll(one.name).filter((value) => one.known.has(value)));
  words = (query.get("q") ?? "").trim().toLowerCase();
  order = own(ORDERS, query.get("by") ?? "") ? query.get("by") : "risk";
  if ($("#q").value.trim().toLowerCase() !== words) $("#q").value = words;
  $("#by").value = order;
}

function filtersInWords() {
  const parts = facets.filter((one) => one.picked.size).map((one) => {
    const titles = one.values.filter((value) => one.picked.has(value.id)).map((value) => value.title);
    return `${one.title}: ${titles.join(" or ")}`;
  });
  if (words) parts.push(`with the words “${words}”`);
  return parts.join("; ");
}
