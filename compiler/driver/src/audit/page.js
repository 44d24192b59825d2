"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const body = element("rows")?.tBodies[0];
  if (!body) return;
  const data = JSON.parse(element("data").textContent);
  const form = element("filters");
  const more = element("more");
  const PAGE = 200;
  const names = ["status", "environment", "guardrail", "owner"];
  let shown = PAGE;

  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const number = (value) => value.toLocaleString("en");
  const fill = (name, texts) => texts.forEach((text, index) => form.elements[name].append(new Option(text, index)));
  fill("status", data.statuses);
  fill("environment", data.environments);
  fill("guardrail", data.guardrails.map(({ name }) => name));
  fill("owner", data.owners);

  const matching = () => {
    const wanted = form.elements.text.value.trim().toLowerCase();
    const chosen = names.map((name) => form.elements[name].value);
    return data.rows.filter((row) =>
      chosen.every((value, place) => value === "" || row[place] === Number(value)) &&
      (!wanted || row[5].toLowerCase().includes(wanted) || data.messages[row[6]].toLowerCase().includes(wanted)));
  };

  const lineOf = ([status, environment, guardrail, owner, requirement, subject, message, waiver]) => {
    const line = make("tr");
    const cell = (...parts) => { const made = make("td"); made.append(...parts); line.append(made); };
    const word = data.statuses[status];
    cell(make("span", `badge ${word}`, word));
    cell(make("span", "address", subject));
    const rule = data.guardrails[guardrail];
    const which = rule.requirements.length > 1 ? ` (${requirement + 1})` : "";
    const name = make("span", "", rule.name + which);
    name.title = rule.requirements[requirement] ?? "";
    cell(name);
    cell(data.environments[environment]);
    cell(data.owners[owner]);
    const told = [data.messages[message]];
    if (waiver >= 0) told.push(make("div", "soft", data.waivers[waiver]));
    cell(...told);
    return line;
  };

  const draw = () => {
    const found = matching();
    element("shown").textContent = `${number(found.length)} of ${number(data.rows.length)} rows`;
    body.replaceChildren(...found.slice(0, shown).map(lineOf));
    const rest = found.length - shown;
    more.hidden = !(rest > 0);
    more.textContent = `Show more (${number(Math.max(rest, 0))} left)`;
    for (const button of document.querySelectorAll("button[data-status]:not([data-go])"))
      button.setAttribute("aria-pressed", String(form.elements.status.value === button.dataset.status));
  };

  const restart = () => { shown = PAGE; draw(); };
  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(restart, 80); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("reset", () => setTimeout(restart));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => { shown += PAGE; draw(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-status]");
    if (!button) return;
    const go = "go" in button.dataset;
    const again = !go && form.elements.status.value === button.dataset.status;
    for (const name of names) form.elements[name].value = button.dataset[name] ?? "";
    if (again) form.elements.status.value = "";
    form.elements.text.value = "";
    restart();
    if (go) element("subjects").scrollIntoView({ block: "start" });
  });
  // On paper, everything that the filters leave.
  window.addEventListener("beforeprint", () => { shown = Infinity; draw(); });
  draw();
})();
