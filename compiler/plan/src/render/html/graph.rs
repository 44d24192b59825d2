//! What is touched, as a picture: on the left the declarations whose edit reaches others, then what changes, then who depends on it.
//! What has no room is folded into one box per column that says how many it stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use plat_model::change::Impact;

use super::escape;
use crate::plan::Plan;
use crate::render::values::cut;
use crate::render::words::count;

/// How many boxes are drawn at most, and how many columns.
const BOXES: usize = 60;
const COLUMNS: usize = 5;
/// How many boxes stand below each other before a column goes on beside itself.
const ROWS: usize = 15;

const WIDTH: i32 = 200;
const HEIGHT: i32 = 40;
const GAP_X: i32 = 70;
const GAP_BESIDE: i32 = 16;
const GAP_Y: i32 = 12;
const MARGIN: i32 = 10;
const HEADING: i32 = 26;

/// A box.
#[derive(Debug, PartialEq, Eq)]
struct Node {
    label: String,
    /// What stands below the label.
    note: String,
    /// What clicking it looks for; empty for what stands for many.
    search: String,
    impact: Impact,
    column: usize,
    row: usize,
}

#[derive(Debug, Default)]
struct Graph {
    /// What stands above each column.
    titles: Vec<&'static str>,
    nodes: Vec<Node>,
    /// From what is changed to what that reaches.
    edges: BTreeSet<(usize, usize)>,
}

/// What stands in a column before it is folded: by name, the note and the gravest impact.
type Column<'a> = BTreeMap<&'a str, (String, Impact)>;

impl Graph {
    fn of(plan: &Plan) -> Self {
        let mut changed: Column<'_> = BTreeMap::new();
        for change in plan.effective() {
            let owner = change
                .owner
                .as_deref()
                .unwrap_or("without owner")
                .to_owned();
            let entry = changed
                .entry(&change.declaration.name)
                .or_insert((owner, Impact::None));
            entry.1 = entry.1.max(change.impact);
        }
        let mut causing: Column<'_> = BTreeMap::new();
        let mut edges: BTreeSet<(&str, &str)> = BTreeSet::new();
        for cause in &plan.causes {
            let Some(source) = &cause.source else {
                continue;
            };
            let name = &*source.declaration.name;
            for (reached, _) in &cause.instances {
                if **reached != *name {
                    edges.insert((name, reached));
                }
            }
            if !changed.contains_key(name) {
                let entry = causing
                    .entry(name)
                    .or_insert(((*source.declaration.kind).to_owned(), Impact::None));
                entry.1 = entry.1.max(cause.impact);
            }
        }
        let mut columns = vec![("edited", causing), ("changes", changed)];
        for reached in &plan.reached {
            let column = reached.through.len().clamp(2, COLUMNS - 1);
            if columns.len() <= column {
                columns.resize_with(column + 1, || ("depends on it", BTreeMap::new()));
            }
            let owner = reached
                .owner
                .as_deref()
                .unwrap_or("without owner")
                .to_owned();
            columns[column]
                .1
                .insert(&reached.name.name, (owner, reached.impact));
            for pair in reached.through.windows(2) {
                edges.insert((&pair[1], &pair[0]));
            }
        }
        columns.retain(|(_, column)| !column.is_empty());
        Self::placed(&columns, &edges)
    }

    fn placed(columns: &[(&'static str, Column<'_>)], edges: &BTreeSet<(&str, &str)>) -> Self {
        let boxes = |most: usize| -> usize {
            let columns = columns.iter();
            columns.map(|(_, column)| column.len().min(most)).sum()
        };
        let most = (2..=3 * ROWS)
            .rev()
            .find(|most| boxes(*most) <= BOXES)
            .unwrap_or(2);
        let mut graph = Self {
            titles: columns.iter().map(|(title, _)| *title).collect(),
            ..Self::default()
        };
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, (_, column)) in columns.iter().enumerate() {
            let mut entries: Vec<_> = column.iter().collect();
            entries.sort_by_key(|(_, (_, impact))| std::cmp::Reverse(*impact));
            let shown = if entries.len() > most {
                most - 1
            } else {
                entries.len()
            };
            let (shown, folded) = entries.split_at(shown);
            for (name, (note, impact)) in shown {
                places.insert(name, graph.nodes.len());
                graph.nodes.push(Node {
                    label: (**name).to_owned(),
                    note: note.clone(),
                    search: (**name).to_owned(),
                    impact: *impact,
                    column: number,
                    row: 0,
                });
            }
            if let Some((_, (_, impact))) = folded.first() {
                for (name, _) in folded {
                    places.insert(name, graph.nodes.len());
                }
                graph.nodes.push(Node {
                    label: format!("{} more", super::super::words::grouped(folded.len())),
                    note: format!("at most {}", impact.words()),
                    search: String::new(),
                    impact: *impact,
                    column: number,
                    row: 0,
                });
            }
        }
        graph.edges = edges
            .iter()
            .filter_map(|(from, to)| Some((*places.get(from)?, *places.get(to)?)))
            .filter(|(from, to)| graph.nodes[*from].column != graph.nodes[*to].column)
            .collect();
        graph.order(columns.len());
        graph
    }

    /// Gives rows: each box stands as near as possible to what it hangs on, which keeps lines from crossing.
    fn order(&mut self, columns: usize) {
        for column in 0..columns {
            let mut members: Vec<usize> = (0..self.nodes.len())
                .filter(|index| self.nodes[*index].column == column)
                .collect();
            let weight = |index: usize| {
                let rows: Vec<usize> = self
                    .edges
                    .iter()
                    .filter(|(from, to)| *to == index && self.nodes[*from].column < column)
                    .map(|(from, _)| self.nodes[*from].row)
                    .collect();
                // What hangs on nothing comes last; thousandths of a row keep the order exact.
                rows.iter()
                    .sum::<usize>()
                    .checked_mul(1000)
                    .and_then(|sum| sum.checked_div(rows.len()))
                    .unwrap_or(usize::MAX)
            };
            if column > 0 {
                members.sort_by_key(|index| (self.nodes[*index].search.is_empty(), weight(*index)));
            }
            for (row, index) in members.into_iter().enumerate() {
                self.nodes[index].row = row;
            }
        }
    }

    /// Where the columns stand, and how much room they take.
    fn columns(&self) -> Vec<Placed> {
        let mut columns = Vec::new();
        let mut left = MARGIN;
        for column in 0..self.titles.len() {
            let in_column = |node: &&Node| node.column == column;
            let number = self.nodes.iter().filter(in_column).count();
            let wide = number.div_ceil(ROWS);
            columns.push(Placed {
                left,
                wide,
                tall: number.min(ROWS),
            });
            left += pixels(wide) * (WIDTH + GAP_BESIDE) - GAP_BESIDE + GAP_X;
        }
        columns
    }
}

/// A column of the picture.
struct Placed {
    left: i32,
    /// How many boxes stand beside each other.
    wide: usize,
    /// How many stand below each other.
    tall: usize,
}

fn pixels(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The section with the picture; nothing for a plan that touches one declaration and reaches nobody.
pub(super) fn section(out: &mut String, plan: &Plan) {
    let graph = Graph::of(plan);
    if graph.nodes.len() < 2 {
        return;
    }
    let columns = graph.columns();
    let tallest = columns
        .iter()
        .map(|column| column.tall)
        .max()
        .unwrap_or_default();
    let wide: usize = columns.iter().map(|column| column.wide).sum();
    let width = 2 * MARGIN + pixels(wide) * (WIDTH + GAP_BESIDE) - GAP_BESIDE
        + (pixels(columns.len()) - 1) * (GAP_X - GAP_BESIDE);
    let height = 2 * MARGIN + HEADING + pixels(tallest) * (HEIGHT + GAP_Y) - GAP_Y;
    let at = |node: &Node| {
        let column = &columns[node.column];
        let slack = pixels(tallest - column.tall) * (HEIGHT + GAP_Y) / 2;
        (
            column.left + pixels(node.row / ROWS) * (WIDTH + GAP_BESIDE),
            MARGIN + HEADING + slack + pixels(node.row % ROWS) * (HEIGHT + GAP_Y),
        )
    };
    push(
        out,
        format_args!(
            "<section aria-labelledby=\"graph-title\">\n<h2 id=\"graph-title\">What is touched</h2>\n<div class=\"graph\" tabindex=\"0\" role=\"group\" aria-labelledby=\"graph-title\">\n<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n"
        ),
    );
    for (column, title) in columns.iter().zip(&graph.titles) {
        push(
            out,
            format_args!(
                "<text class=\"column\" x=\"{}\" y=\"{}\">{title}</text>\n",
                column.left,
                MARGIN + 12
            ),
        );
    }
    for (from, to) in &graph.edges {
        let (left, right) = (at(&graph.nodes[*from]), at(&graph.nodes[*to]));
        let (x1, y1) = (left.0 + WIDTH, left.1 + HEIGHT / 2);
        let (x2, y2) = (right.0, right.1 + HEIGHT / 2);
        let bend = (x2 - x1) / 2;
        push(
            out,
            format_args!(
                "<path class=\"edge{}\" d=\"M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}\"/>\n",
                // A line that passes behind boxes is fainter.
                if graph.nodes[*to].row < ROWS {
                    ""
                } else {
                    " far"
                },
                x1 + bend,
                x2 - bend
            ),
        );
    }
    for node in &graph.nodes {
        draw(out, node, at(node));
    }
    out.push_str("</svg>\n</div>\n");
    push(
        out,
        format_args!(
            "<p class=\"more\">{} change; choosing one of the boxes shows its changes.</p>\n</section>\n",
            count(plan.summary.declarations, "declaration")
        ),
    );
}

fn draw(out: &mut String, node: &Node, (x, y): (i32, i32)) {
    let can_choose = !node.search.is_empty();
    let role = if can_choose {
        format!(
            " role=\"button\" tabindex=\"0\" data-search=\"{}\"",
            escape(&node.search)
        )
    } else {
        String::new()
    };
    push(
        out,
        format_args!(
            "<g class=\"node {}\"{role}><title>{}, {}: {}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/><rect class=\"mark\" x=\"{x}\" y=\"{y}\" width=\"6\" height=\"{HEIGHT}\" rx=\"3\"/><text x=\"{}\" y=\"{}\">{}</text><text class=\"note\" x=\"{}\" y=\"{}\">{}</text></g>\n",
            node.impact.name(),
            escape(&node.label),
            escape(&node.note),
            node.impact.words(),
            x + 14,
            y + 17,
            escape(&cut(&node.label, 26)),
            x + 14,
            y + 32,
            escape(&if can_choose {
                format!("{} · {}", node.impact.words(), cut(&node.note, 16))
            } else {
                node.note.clone()
            }),
        ),
    );
}

fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = out.write_fmt(arguments);
}
