"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const list = element("changes");
  if (!list) return;
  const data = JSON.parse(element("data").textContent);
  const form = element("filters");
  const more = element("more");
  const PAGE = 100;
  const words = new Map(data.impacts);
  const pressed = [...document.querySelectorAll("button[data-impact]")];
  let shown = PAGE;

  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const number = (value) => value.toLocaleString("en");
  const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

  const option = (select, value, text) => select.append(new Option(text, value));
  data.owners.forEach((name, index) => option(form.elements.owner, index, name));
  if (data.folds.some((fold) => fold.members.some((member) => member[3] < 0))) option(form.elements.owner, -1, "without owner");
  data.environments.forEach((name, index) => option(form.elements.environment, index, name));
  const present = new Set(data.folds.map((fold) => fold.impact));
  for (const [name, text] of data.impacts) if (present.has(name)) option(form.elements.impact, name, text);

  // What the search looks through, made when it is first needed.
  const texts = [];
  const textOf = (index) => (texts[index] ??= [
    data.folds[index].kind, data.folds[index].action, data.folds[index].reason,
    ...data.folds[index].fields.flatMap((field) => [field.path, field.before, field.after, field.note, ...(field.lines ?? []), ...(field.why ?? [])]),
  ].filter(Boolean).join("\n").toLowerCase());

  const matching = () => {
    const { owner, environment, impact, text } = form.elements;
    const wanted = text.value.trim().toLowerCase();
    const found = [];
    data.folds.forEach((fold, index) => {
      if (impact.value && fold.impact !== impact.value) return;
      const inFold = !wanted || textOf(index).includes(wanted);
      const members = fold.members.filter(([address, , at, by]) =>
        (environment.value === "" || at === Number(environment.value)) &&
        (owner.value === "" || by === Number(owner.value)) &&
        (inFold || address.toLowerCase().includes(wanted)));
      if (members.length) found.push({ fold, members });
    });
    return found;
  };

  const fieldOf = (field) => {
    const value = make("dd");
    if (field.secret) value.append(make("span", "", field.secret));
    if (field.before !== undefined) value.append(make("del", "", field.before), " ");
    if (field.after !== undefined) value.append(make("ins", "", field.after));
    if (field.lines) {
      const block = make("pre");
      for (const line of field.lines) {
        const kind = line[0] === "+" ? "added" : line[0] === "-" ? "removed" : "";
        block.append(make("span", kind, line + "\n"));
      }
      value.append(block);
    }
    const aside = [field.note, field.why && "because of " + field.why.join(", ")].filter(Boolean).join("; ");
    if (aside) value.append(make("div", "reach", aside));
    return [make("dt", "", field.path), value];
  };

  const bodyOf = ({ fold, members }) => {
    const body = make("div", "body");
    if (fold.reason) body.append(make("div", "", fold.reason));
    const values = make("dl");
    for (const field of fold.fields) values.append(...fieldOf(field));
    if (fold.fields.length) body.append(values);
    const owners = [...new Set(members.map((member) => (member[3] < 0 ? "nobody" : data.owners[member[3]])))];
    body.append(make("div", "reach", "owned by " + owners.slice(0, 20).join(", ") + (owners.length > 20 ? ` and ${number(owners.length - 20)} more` : "")));
    if (members.length > 1 || members[0][4]) {
      const names = make("ul");
      for (const [address, , , , previous] of members.slice(0, PAGE))
        names.append(make("li", "address", previous ? `${address}, was ${previous}` : address));
      if (members.length > PAGE) names.append(make("li", "more", `… and ${number(members.length - PAGE)} more`));
      body.append(names);
    }
    return body;
  };

  const entryOf = (found) => {
    const { fold, members } = found;
    const entry = make("details");
    const line = make("summary");
    line.append(make("span", `badge ${fold.impact}`, words.get(fold.impact)), `${fold.sign} ${fold.action} `);
    if (members.length === 1) {
      line.append(make("span", "address", members[0][0]), ` ${fold.kind}`);
    } else {
      const declarations = new Set(members.map((member) => member[1])).size;
      line.append(`${number(members.length)} × ${fold.kind}`, make("span", "reach", ` of ${counted(declarations, "declaration")}`));
    }
    entry.append(line);
    entry.addEventListener("toggle", () => { if (entry.open && entry.childElementCount === 1) entry.append(bodyOf(found)); });
    return entry;
  };

  const draw = () => {
    const found = matching();
    const objects = found.reduce((sum, { members }) => sum + members.length, 0);
    const all = data.folds.reduce((sum, fold) => sum + fold.members.length, 0);
    element("shown").textContent = objects === all ? counted(all, "object") : `${number(objects)} of ${counted(all, "object")}`;
    list.replaceChildren(...found.slice(0, shown).map(entryOf));
    const rest = found.length - shown;
    more.hidden = rest <= 0;
    more.textContent = `Show more (${number(Math.max(rest, 0))} left)`;
    for (const button of pressed) button.setAttribute("aria-pressed", String(button.dataset.impact === form.elements.impact.value));
  };

  const restart = () => { shown = PAGE; draw(); };
  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(restart, 80); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("reset", () => setTimeout(restart));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => { shown += PAGE; draw(); });
  for (const button of pressed) button.addEventListener("click", () => {
    const { impact } = form.elements;
    impact.value = impact.value === button.dataset.impact ? "" : button.dataset.impact;
    restart();
  });
  const choose = (node) => {
    const { owner, environment, impact, text } = form.elements;
    for (const filter of [owner, environment, impact]) filter.value = "";
    text.value = node.dataset.search;
    restart();
    form.scrollIntoView({ block: "start" });
    text.focus({ preventScroll: true });
  };
  for (const node of document.querySelectorAll(".node[data-search]")) {
    node.addEventListener("click", () => choose(node));
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(node); }
    });
  }
  draw();
})();
