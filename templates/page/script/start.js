function move(step) {
  const next = shown[Math.max(0, Math.min(shown.length - 1, shown.indexOf(current) + step))];
  if (!next) return;
  go(enc(next.id), { quiet: true });
  next.button.focus();
}

function only(outcome) {
  if (!facet("outcome")) return;
  facet("outcome").picked = new Set([outcome]);
  go("findings");
}

function all() {
  for (const one of facets) one.picked.clear();
  words = "";
  go("findings");
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  $("#theme").textContent = name === "dark" ? "Light" : "Dark";
}

$("#facets").addEventListener("change", (event) => {
  const picked = facet(event.target.name).picked;
  if (event.target.checked) picked.add(event.target.value); else picked.delete(event.target.value);
  go("findings");
});
$("#facets").addEventListener("submit", (event) => event.preventDefault());
$("#q").addEventListener("input", (event) => {
  words = event.target.value.trim().toLowerCase();
  go("findings", { quiet: true });
});
$("#by").addEventListener("change", (event) => { order = event.target.value; folded.clear(); stay(); });
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
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("#help").open) return;
  if (event.target.type === "search") { if (event.key === "Escape") event.target.blur(); return; }
  if (event.target.tagName === "SELECT") return; // its own keys choose
  const actions = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    "/": () => $("#q").focus(), "?": () => $("#help").showModal(), d: () => $("#theme").click(), x: all,
    c: () => $(".copy")?.click(), o: () => only("open"), u: () => only("unassessed"), m: () => only("mitigated"),
    v: () => only("verified"), a: () => only("accepted"), Escape: () => { if (narrow()) back(); },
  };
  const reading = document.body.dataset.tab === "findings";
  if (own(actions, event.key) && (reading || "d?".includes(event.key))) { event.preventDefault(); actions[event.key](); }
});
addEventListener("beforeprint", () => {
  const told = filtersInWords();
  const head = make("p", "k", $("#count span").textContent, ". ", told ? `Only ${told}.` : "No filter.", " ", $("#stamp").textContent);
  $("#print").replaceChildren(head, ...found.map((finding) => make(
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
for (const tab of $$("section.tab")) tab.setAttribute("role", "main"); // one of them is shown, in place of the findings
follow();
// A browser goes to the section that an address names; the reader's place is the page's head.
addEventListener("load", () => setTimeout(() => {
  if (document.activeElement?.matches("section.tab")) document.activeElement.blur();
  if (document.activeElement === document.body) scrollTo(0, 0);
}));
