//! A file of the suite as lines: cases, and the fenced blocks in them.

/// A fenced block.
#[derive(Clone, Debug)]
pub struct Block {
    /// What stands behind the opening fence.
    pub info: String,
    /// The lines between the fences, each with its end.
    pub text: String,
    /// The number of the opening fence's line, from 0.
    pub line: usize,
}

/// A heading with the blocks below it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// The line behind the last block, where another may be inserted.
    pub end: usize,
}

/// The sections of a text; the first one, without a title, is what stands before all cases.
pub fn sections(text: &str) -> Vec<Section> {
    let mut sections = vec![Section {
        title: String::new(),
        blocks: Vec::new(),
        end: 0,
    }];
    let mut open: Option<(String, Block)> = None;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let section = sections.last_mut().expect("one from the start");
        if let Some((fence, mut block)) = open.take() {
            if line.trim_end() == fence {
                section.blocks.push(block);
                section.end = number + 1;
            } else {
                block.text.push_str(line);
                open = Some((fence, block));
            }
        } else if line.starts_with("```") {
            let fence: String = line.chars().take_while(|c| *c == '`').collect();
            let info = line.trim_end()[fence.len()..].to_owned();
            open = Some((
                fence,
                Block {
                    info,
                    text: String::new(),
                    line: number,
                },
            ));
        } else if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section {
                title: title.trim().to_owned(),
                blocks: Vec::new(),
                end: number + 1,
            });
        }
    }
    assert!(open.is_none(), "a block is never closed");
    sections
}

/// The text with the contents of blocks replaced: line of the opening fence, info, new text. A block whose line is the end of a
/// section is new; a block without text goes.
pub fn rewrite(text: &str, changes: &[(usize, &'static str, String)]) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut out = String::new();
    let mut number = 0;
    while number <= lines.len() {
        let line = lines.get(number).copied().unwrap_or_default();
        let change = changes.iter().find(|(at, _, _)| *at == number);
        match change {
            Some((_, info, new)) if line.starts_with("```") => {
                let fence = line
                    .trim_end()
                    .strip_suffix(info)
                    .unwrap_or("```")
                    .to_owned();
                let close = (number + 1..lines.len())
                    .find(|at| lines[*at].trim_end() == fence)
                    .unwrap_or(lines.len());
                if new.is_empty() {
                    out.truncate(out.trim_end().len());
                    out.push('\n');
                } else {
                    out.push_str(&format!("{fence}{info}\n{new}{fence}\n"));
                }
                number = close + 1;
                continue;
            }
            Some((_, info, new)) if !new.is_empty() => {
                out.push_str(&format!("\n```{info}\n{new}```\n"))
            }
            _ => {}
        }
        out.push_str(line);
        number += 1;
    }
    out
}
