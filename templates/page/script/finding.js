function severities(finding) {
  const columns = finding.severities.map((row) =>
    make("div", "", make("span", "k", capital(row.name)), bar(row), make("b", "", row.word)));
  const told = finding.severities.filter((row) => row.terms); // a public version has none
  const terms = told.map((row) => make("p", "k", `${capital(row.name)}: ${row.terms}`));
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

function about(finding) {
  const elements = finding.elements.filter((id) => own(names, id)).map((id) => link(`element/${enc(id)}`, names[id]));
  const moved = finding.flows.map((id) => link(`flow/${enc(id)}`, `flow ${flows[id]}`));
  return elements.length + moved.length ? make("p", "k about", ...elements, ...moved) : null;
}

function body(finding) {
  const rule = rules[finding.rule];
  const part = (title, text) => (text ? [make("h3", "", title), make("p", "", text)] : []);
  const same = link(`rule/${enc(finding.rule)}`, "");
  same.replaceChildren(code(finding.rule));
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
    ...(finding.proof.length ? [make("h3", "", "Proof"), proof(finding)] : []),
    ...part("About this rule", rule.text || " "),
    make("div", "refs", same, ...rule.references.map((id) => make("span", "", id))),
    about(finding),
  ].filter((part) => part !== null);
}

function back() {
  document.body.classList.remove("reading");
  go("findings");
  current?.button?.focus();
}

// The drawing comes after the text, since a large one takes longer than a reader should wait for words.
let due = 0;
function illustrate(finding, small) {
  cancelAnimationFrame(due);
  due = requestAnimationFrame(() => {
    const view = viewOf(finding.things);
    for (const holder of [$("#fig .dfd"), small]) {
      const hidden = holder === small ? getComputedStyle(small).display === "none" : getComputedStyle($("#fig")).display === "none";
      if (hidden || document.body.dataset.tab !== "findings") continue;
      hang(holder, view);
      light(holder, finding.things);
      frame(holder.querySelector("svg"));
    }
  });
}

function show(finding) {
  if (!finding) return;
  if (current === finding) { reveal(finding); illustrate(finding, $("#detail .small")); return; }
  if (current) current.button?.removeAttribute("aria-current");
  current = finding;
  row(finding).setAttribute("aria-current", "true");
  reveal(finding);
  const copy = press("link copy", "Copy link", () => {
    navigator.clipboard?.writeText(`${location.href.split("#")[0]}#${enc(finding.id)}`);
    copy.textContent = "Copied";
  });
  const line = make("div", "idline", code(finding.id), make("span", "k", finding.place), copy);
  const small = make("div", "dfd small");
  $("#detail").replaceChildren(press("btn back", "← All findings", back), ...body(finding), small, line);
  $("#detail").scrollTop = 0;
  illustrate(finding, small);
}
