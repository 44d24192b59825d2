//! Evidence as one page that needs nothing else: numbers by guardrail, by team and by environment, and every row that does not simply
//! hold behind filters.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use plat_plan::render::html::{Page, escape, page};
use serde::Serialize;

use super::{Catalogue, Counts, Row, Status, Totals};
use crate::guardrails::{Guardrail, Standing};

/// How many rows the page holds; the gravest are kept. They take some two megabytes.
const MAX_ROWS: usize = 20_000;
/// How many teams have a line of their own.
const MAX_TEAMS: usize = 500;

/// The statuses of rows, in the order of the page.
const STATUSES: [Status; 3] = [Status::Broken, Status::Waived, Status::Unverified];

/// The page.
#[must_use]
pub fn html(catalogue: &Catalogue, totals: &Totals, rows: &[Row]) -> String {
    let mut kept: Vec<&Row> = { rows.iter() }
        .filter(|row| STATUSES.contains(&row.status))
        .collect();
    let number = kept.len();
    // The sort keeps the order of sources.
    kept.sort_by_key(|row| row.status);
    kept.truncate(MAX_ROWS);
    let drawn = Drawn {
        catalogue,
        totals,
        owners: owners(&kept),
    };
    let mut body = String::new();
    drawn.head(&mut body);
    drawn.matrix(&mut body);
    drawn.teams(&mut body);
    drawn.waivers(&mut body);
    drawn.unjudged(&mut body);
    drawn.subjects(&mut body, kept.len(), number);
    page(&Page {
        title: &format!("Audit: {} broken", totals.all().broken),
        style: include_str!("page.css"),
        body: &body,
        data: &drawn.data(&kept),
        script: include_str!("page.js"),
    })
}

/// The teams of rows, by their place.
fn owners<'a>(rows: &[&'a Row]) -> BTreeMap<&'a str, usize> {
    let names = rows.iter().map(|row| owner(row));
    let mut owners: BTreeMap<&str, usize> = names.map(|name| (name, 0)).collect();
    for (place, number) in owners.values_mut().enumerate() {
        *number = place;
    }
    owners
}

const NOBODY: &str = "without owner";

fn owner(row: &Row) -> &str {
    row.owner.as_ref().map_or(NOBODY, |owner| owner.as_str())
}

struct Drawn<'a> {
    catalogue: &'a Catalogue,
    totals: &'a Totals,
    owners: BTreeMap<&'a str, usize>,
}

impl Drawn<'_> {
    fn head(&self, out: &mut String) {
        let all = self.totals.all();
        push(
            out,
            format_args!(
                "<header>\n<h1>{} of {} judgements broken</h1>\n<p class=\"soft\">{} guardrails in {}{}.</p>\n<ul class=\"statuses\" aria-label=\"Rows by status\">",
                grouped(all.broken),
                grouped(all.judged()),
                self.catalogue.guardrails.len(),
                escape(&self.catalogue.environments.join(", ")),
                { self.catalogue.today }.map_or_else(String::new, |today| format!(", on {today}")),
            ),
        );
        for (place, status) in STATUSES.into_iter().enumerate() {
            push(
                out,
                format_args!(
                    "<li><button type=\"button\" class=\"badge {0}\" data-status=\"{place}\" aria-pressed=\"false\"><b>{1}</b> {0}</button></li>",
                    status.word(),
                    grouped(count(all, status)),
                ),
            );
        }
        push(
            out,
            format_args!(
                "<li><span class=\"badge holds\"><b>{}</b> hold</span></li></ul>\n</header>\n",
                grouped(all.holds)
            ),
        );
    }

    /// Guardrails by pack, the worst first, with their numbers in each environment.
    fn matrix(&self, out: &mut String) {
        let mut packs: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, known) in self.catalogue.guardrails.iter().enumerate() {
            packs.entry(&known.pack).or_default().push(place);
        }
        let of_rule =
            |place: usize| -> Counts { self.totals.of_guardrail(place).iter().copied().sum() };
        let of_pack = |rules: &[usize]| -> Counts { rules.iter().map(|rule| of_rule(*rule)).sum() };
        let mut packs: Vec<(&str, Vec<usize>)> = packs.into_iter().collect();
        packs.sort_by_key(|(_, rules)| Reverse(of_pack(rules).gravity()));
        out.push_str("<section aria-labelledby=\"guardrails\">\n<h2 id=\"guardrails\">Guardrails</h2>\n<div class=\"scroll\"><table class=\"matrix\">\n");
        self.headings(out, "guardrail");
        out.push_str("<tbody>\n");
        for (pack, mut rules) in packs {
            rules.sort_by_key(|rule| Reverse(of_rule(*rule).gravity()));
            push(
                out,
                format_args!(
                    "<tr class=\"pack\"><th scope=\"rowgroup\">{}</th>",
                    escape(pack)
                ),
            );
            for (place, environment) in self.catalogue.environments.iter().enumerate() {
                let counts = { rules.iter() }
                    .map(|rule| self.totals.of_guardrail(*rule)[place])
                    .sum();
                cell(out, environment, counts, None);
            }
            out.push_str("</tr>\n");
            for rule in rules {
                self.guardrail(out, rule);
            }
        }
        out.push_str("</tbody>\n</table></div>\n</section>\n");
    }

    fn guardrail(&self, out: &mut String, place: usize) {
        let known = &self.catalogue.guardrails[place];
        let name = escape(&known.short);
        push(
            out,
            format_args!("<tr><th scope=\"row\"><details><summary>{name}</summary><dl>"),
        );
        let mut said = |term: &str, text: &str| {
            if !text.is_empty() {
                push(out, format_args!("<dt>{term}</dt><dd>{text}</dd>"));
            }
        };
        said(
            "says",
            &escape(known.summary.as_deref().unwrap_or_default()),
        );
        said("because", &escape(&known.because));
        said("asks", &code(&known.requirements));
        said("of", &code(std::slice::from_ref(&known.walks)));
        said("declared", &escape(&known.declared));
        let standing = |read: fn(&Standing) -> Option<&String>| known_once(known, read);
        said(
            "sponsor",
            &escape(&standing(|standing| standing.sponsor.as_ref())),
        );
        said(
            "level",
            &escape(&standing(|standing| Some(&standing.declared))),
        );
        said("more", &link(&standing(|standing| standing.docs.as_ref())));
        out.push_str("</dl></details></th>");
        for (environment, counts) in self.totals.of_guardrail(place).iter().enumerate() {
            let name = &self.catalogue.environments[environment];
            let go = format!("data-guardrail=\"{place}\" data-environment=\"{environment}\"");
            match known.standings[environment] {
                Some(_) => cell(out, name, *counts, Some(&go)),
                None => out.push_str("<td class=\"none\"><span class=\"soft\">–</span></td>"),
            }
        }
        out.push_str("</tr>\n");
    }

    fn headings(&self, out: &mut String, first: &str) {
        push(
            out,
            format_args!("<thead><tr><th scope=\"col\">{first}</th>"),
        );
        for environment in &self.catalogue.environments {
            push(
                out,
                format_args!("<th scope=\"col\">{}</th>", escape(environment)),
            );
        }
        out.push_str("</tr></thead>\n");
    }

    fn teams(&self, out: &mut String) {
        let sum = |counts: &[Counts]| -> Counts { counts.iter().copied().sum() };
        let mut teams: Vec<(Option<&str>, &[Counts])> = self.totals.owners().collect();
        teams.sort_by_key(|(_, counts)| Reverse(sum(counts).gravity()));
        if teams.is_empty() {
            return;
        }
        out.push_str("<section aria-labelledby=\"teams\">\n<h2 id=\"teams\">Teams</h2>\n<div class=\"scroll\"><table class=\"matrix\">\n");
        self.headings(out, "team");
        out.push_str("<tbody>\n");
        let more = teams.len().saturating_sub(MAX_TEAMS);
        for (team, counts) in teams.into_iter().take(MAX_TEAMS) {
            let name = team.unwrap_or(NOBODY);
            push(
                out,
                format_args!("<tr><th scope=\"row\">{}</th>", escape(name)),
            );
            for (place, counts) in counts.iter().enumerate() {
                let owner = self.owners.get(name);
                let go = owner
                    .map(|owner| format!("data-owner=\"{owner}\" data-environment=\"{place}\""));
                cell(
                    out,
                    &self.catalogue.environments[place],
                    *counts,
                    go.as_deref(),
                );
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table></div>\n");
        if more > 0 {
            push(
                out,
                format_args!(
                    "<p class=\"soft\">… and {more} more teams, none of them worse.</p>\n"
                ),
            );
        }
        out.push_str("</section>\n");
    }

    fn waivers(&self, out: &mut String) {
        if self.catalogue.waivers.is_empty() {
            return;
        }
        out.push_str("<section aria-labelledby=\"waivers\">\n<h2 id=\"waivers\">Waivers</h2>\n<div class=\"scroll\"><table class=\"matrix\">\n<thead><tr><th scope=\"col\">waiver</th><th scope=\"col\">until</th><th scope=\"col\">approved by</th><th scope=\"col\">because</th><th scope=\"col\">declared</th></tr></thead>\n<tbody>\n");
        for waiver in &self.catalogue.waivers {
            push(
                out,
                format_args!(
                    "<tr><th scope=\"row\">{}</th><td data-name=\"until\">{}</td><td data-name=\"approved by\">{}</td><td>{}</td><td>{}</td></tr>\n",
                    escape(&waiver.name),
                    escape(&waiver.until),
                    escape(&waiver.approved_by),
                    escape(&waiver.because),
                    escape(&waiver.declared),
                ),
            );
        }
        out.push_str("</tbody>\n</table></div>\n</section>\n");
    }

    fn unjudged(&self, out: &mut String) {
        let mut lines: Vec<String> = Vec::new();
        for known in &self.catalogue.guardrails {
            for (environment, standing) in self.catalogue.environments.iter().zip(&known.standings)
            {
                if let Some(why) = standing
                    .as_ref()
                    .and_then(|standing| standing.unjudged.as_ref())
                {
                    lines.push(format!("{} in {environment}: {why}", known.name));
                }
            }
        }
        if lines.is_empty() {
            return;
        }
        out.push_str("<section>\n<details><summary><h2>Not judged</h2></summary>\n<ul>\n");
        for line in lines {
            push(out, format_args!("<li>{}</li>\n", escape(&line)));
        }
        out.push_str("</ul></details>\n</section>\n");
    }

    /// Filters, and the place of the rows.
    fn subjects(&self, out: &mut String, kept: usize, number: usize) {
        out.push_str(
            r#"<section aria-labelledby="subjects">
<h2 id="subjects">Subjects</h2>
<noscript><p>The list of subjects is made by a script of this page, which is not run here.</p></noscript>
<form id="filters" role="search">
<label>Status <select name="status"><option value="">all</option></select></label>
<label>Environment <select name="environment"><option value="">all environments</option></select></label>
<label>Guardrail <select name="guardrail"><option value="">all guardrails</option></select></label>
<label>Team <select name="owner"><option value="">all teams</option></select></label>
<label class="wide">Search <input type="search" name="text" placeholder="address or message" autocomplete="off"></label>
<button type="reset">Show all</button>
</form>
<p id="shown" role="status" aria-live="polite"></p>
<div class="scroll"><table id="rows">
<thead><tr><th scope="col">status</th><th scope="col">subject</th><th scope="col">guardrail</th><th scope="col">environment</th><th scope="col">team</th><th scope="col">what</th></tr></thead>
<tbody></tbody>
</table></div>
<button type="button" id="more" hidden></button>
"#,
        );
        let mut left_out = vec![format!(
            "{} rows that hold are only counted",
            grouped(self.totals.all().holds)
        )];
        if number > kept {
            left_out.push(format!(
                "{} rows that do not hold have no room here, none of them graver than those that are",
                grouped((number - kept) as u64)
            ));
        }
        push(
            out,
            format_args!(
                "<p class=\"soft\">{}. <code>platc audit --format csv</code> writes every row.</p>\n</section>\n",
                left_out.join("; ")
            ),
        );
    }

    fn data<'r>(&self, rows: &[&'r Row]) -> String {
        let mut messages: BTreeMap<&str, usize> = BTreeMap::new();
        for row in rows {
            messages.insert(row.message.as_deref().unwrap_or_default(), 0);
        }
        for (place, number) in messages.values_mut().enumerate() {
            *number = place;
        }
        let line = |row: &&'r Row| -> RowData<'r> {
            let message = row.message.as_deref().unwrap_or_default();
            (
                STATUSES
                    .iter()
                    .position(|status| *status == row.status)
                    .unwrap_or_default(),
                row.environment,
                row.guardrail,
                self.owners.get(owner(row)).copied().unwrap_or_default(),
                row.require,
                row.subject.as_str(),
                messages.get(message).copied().unwrap_or_default(),
                row.waiver
                    .and_then(|waiver| i64::try_from(waiver).ok())
                    .unwrap_or(-1),
            )
        };
        let data = Data {
            statuses: STATUSES.map(Status::word),
            environments: &self.catalogue.environments,
            guardrails: { self.catalogue.guardrails.iter() }
                .map(|known| RuleData {
                    name: &known.name,
                    requirements: &known.requirements,
                })
                .collect(),
            owners: self.owners.keys().copied().collect(),
            waivers: { self.catalogue.waivers.iter() }
                .map(|waiver| {
                    let (name, until) = (&waiver.name, &waiver.until);
                    let (by, because) = (&waiver.approved_by, &waiver.because);
                    format!("waived by {name} until {until}, approved by {by}: {because}")
                })
                .collect(),
            rows: rows.iter().map(line).collect(),
            messages: messages.into_keys().collect(),
        };
        // Only maps with other than text keys and failing custom serialisers make this fail; there are none.
        serde_json::to_string(&data).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Data<'a> {
    statuses: [&'static str; STATUSES.len()],
    environments: &'a [String],
    guardrails: Vec<RuleData<'a>>,
    owners: Vec<&'a str>,
    messages: Vec<&'a str>,
    waivers: Vec<String>,
    rows: Vec<RowData<'a>>,
}

/// Status, environment, guardrail, owner, requirement, subject, message, waiver: the first ones are what filters ask for.
type RowData<'a> = (usize, usize, usize, usize, usize, &'a str, usize, i64);

#[derive(Serialize)]
struct RuleData<'a> {
    name: &'a str,
    requirements: &'a [String],
}

/// The numbers of a cell; those of rows lead to them.
fn cell(out: &mut String, environment: &str, counts: Counts, go: Option<&str>) {
    push(
        out,
        format_args!(
            "<td data-name=\"{}\"><div class=\"counts\">",
            escape(environment)
        ),
    );
    for (place, status) in STATUSES.into_iter().enumerate() {
        let number = count(counts, status);
        if number == 0 {
            continue;
        }
        let (word, shown) = (status.word(), grouped(number));
        match go {
            Some(go) => push(
                out,
                format_args!(
                    "<button type=\"button\" data-go class=\"badge {word}\" data-status=\"{place}\" {go}>{shown} {word}</button>"
                ),
            ),
            None => push(
                out,
                format_args!("<span class=\"badge {word}\">{shown} {word}</span>"),
            ),
        }
    }
    if counts.holds > 0 {
        push(
            out,
            format_args!(
                "<span class=\"badge holds\">{} ok</span>",
                grouped(counts.holds)
            ),
        );
    } else if counts.judged() == 0 {
        let why = if counts.off > 0 {
            "not judged"
        } else {
            "no subject"
        };
        push(out, format_args!("<span class=\"soft\">{why}</span>"));
    }
    out.push_str("</div></td>");
}

fn count(counts: Counts, status: Status) -> u64 {
    match status {
        Status::Broken => counts.broken,
        Status::Waived => counts.waived,
        Status::Unverified => counts.unverified,
        Status::Holds => counts.holds,
        Status::Off => counts.off,
    }
}

/// What is said of a guardrail in all environments, each different text once.
fn known_once(known: &Guardrail, read: fn(&Standing) -> Option<&String>) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for standing in known.standings.iter().flatten() {
        if let Some(text) = read(standing)
            && !texts.contains(&text.as_str())
        {
            texts.push(text);
        }
    }
    texts.join("; ")
}

fn code(texts: &[String]) -> String {
    let texts: Vec<String> = texts
        .iter()
        .map(|text| format!("<code>{}</code>", escape(text)))
        .collect();
    texts.join(", ")
}

/// A link, where the text is one that a browser may follow.
fn link(text: &str) -> String {
    let shown = escape(text);
    match text.starts_with("https://") || text.starts_with("http://") {
        true => format!("<a href=\"{shown}\" rel=\"noreferrer\">{shown}</a>"),
        false => shown,
    }
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = out.write_fmt(arguments);
}
