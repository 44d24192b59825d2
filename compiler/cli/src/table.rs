//! Rows in columns.

use std::fmt::Write as _;

const GAP: usize = 2;

/// Rows under headings, columns two spaces apart. With a width, columns give way until the rows fit: the widest first.
pub(crate) fn table(columns: &[&str], rows: &[Vec<String>], width: Option<usize>) -> String {
    let natural = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells
            .chain([columns[column].chars().count()])
            .max()
            .unwrap_or_default()
    };
    let mut widths: Vec<usize> = (0..columns.len()).map(natural).collect();
    if let Some(width) = width {
        let gaps = GAP * columns.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            let Some(widest) = (0..widths.len()).max_by_key(|column| (widths[*column], *column))
            else {
                break;
            };
            if widths[widest] <= MIN_WIDTH {
                break;
            }
            widths[widest] -= 1;
        }
    }
    let mut out = String::new();
    let headings: Vec<String> = columns.iter().map(|column| column.to_uppercase()).collect();
    line(&mut out, &headings, &widths);
    for row in rows {
        line(&mut out, row, &widths);
    }
    out
}

const MIN_WIDTH: usize = 8;

fn line(out: &mut String, cells: &[String], widths: &[usize]) {
    let start = out.len();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = shortened(cell, *width);
        let _ = write!(out, "{cell:<width$}{:GAP$}", "");
    }
    out.truncate(start + out[start..].trim_end().len());
    out.push('\n');
}

fn shortened(cell: &str, width: usize) -> String {
    if cell.chars().count() <= width {
        return cell.to_owned();
    }
    cell.chars()
        .take(width.saturating_sub(1))
        .chain(['…'])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_aligned_and_the_widest_gives_way() {
        let rows = vec![
            vec![
                "checkout".to_owned(),
                "HttpService".to_owned(),
                "payments/checkout.plat:11".to_owned(),
            ],
            vec!["load".to_owned(), "Worker".to_owned(), String::new()],
        ];
        let columns = ["service", "capability", "declared"];
        assert_eq!(
            table(&columns, &rows, None),
            "SERVICE   CAPABILITY   DECLARED\ncheckout  HttpService  payments/checkout.plat:11\nload      Worker\n"
        );
        assert_eq!(
            table(&columns, &rows, Some(33)),
            "SERVICE   CAPABILITY   DECLARED\ncheckout  HttpService  payments/…\nload      Worker\n"
        );
    }
}
