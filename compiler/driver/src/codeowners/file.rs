//! A CODEOWNERS file as its forge reads it.

use globset::{GlobSet, GlobSetBuilder};
use rustc_hash::FxHashMap;

use super::{Forge, pattern};

/// The rules of a file.
#[derive(Debug)]
pub(super) struct OwnersFile {
    sections: Vec<Section>,
    rules: Vec<Rule>,
    /// All globs of all rules, and for each the rule that it is of.
    globs: GlobSet,
    rule_of_glob: Vec<usize>,
}

/// A part of which each file needs an approval of its own. GitHub knows one, without a name.
#[derive(Debug)]
struct Section {
    name: String,
    /// Asked, and not waited for.
    optional: bool,
}

/// A line with a pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// Its line, from 1.
    pub(super) line: usize,
    /// Who must approve: any of them.
    pub(super) owners: Vec<String>,
    section: usize,
    /// `!pattern`: nobody must.
    excludes: bool,
}

impl OwnersFile {
    /// Reads a file. A line that the forge would skip is skipped.
    pub(super) fn parse(text: &str, forge: Forge) -> Self {
        let mut reader = Reader::new(forge);
        for (place, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match forge {
                Forge::GitHub => reader.github(line, place + 1),
                Forge::GitLab => reader.gitlab(line, place + 1),
            }
        }
        reader.done()
    }

    /// The rules that say who must approve a change of a path: the last one of each section that is not optional.
    pub(super) fn deciding(&self, path: &str) -> Vec<&Rule> {
        let mut last: Vec<Option<usize>> = vec![None; self.sections.len()];
        let mut excluded = vec![false; self.sections.len()];
        for glob in self.globs.matches(path) {
            let place = self.rule_of_glob[glob];
            let rule = &self.rules[place];
            excluded[rule.section] |= rule.excludes;
            let last = &mut last[rule.section];
            *last = (*last).max(Some(place));
        }
        { last.into_iter().zip(excluded).zip(&self.sections) }
            .filter(|((_, excluded), section)| !excluded && !section.optional)
            .filter_map(|((last, _), _)| last.map(|place| &self.rules[place]))
            .collect()
    }
}

struct Reader {
    forge: Forge,
    sections: Vec<Section>,
    /// The section that is being read, and who is asked where a line names nobody.
    current: (usize, Vec<String>),
    rules: Vec<(String, Rule)>,
    /// Where the rule of a section's pattern is: a second one for the same takes its place.
    known: FxHashMap<(usize, String), usize>,
}

impl Reader {
    fn new(forge: Forge) -> Self {
        Self {
            forge,
            sections: vec![Section {
                name: "codeowners".to_owned(),
                optional: false,
            }],
            current: (0, Vec::new()),
            rules: Vec::new(),
            known: FxHashMap::default(),
        }
    }

    /// A pattern and its owners; a comment may stand behind them. With somebody who cannot be an owner, the line does not count.
    fn github(&mut self, line: &str, number: usize) {
        let (pattern, rest) = split_pattern(line);
        let owners: Vec<String> = rest
            .split_whitespace()
            .take_while(|word| !word.starts_with('#'))
            .map(str::to_owned)
            .collect();
        if !pattern.contains('#') && owners.iter().all(|owner| is_owner(owner)) {
            self.rules.push((
                pattern.to_owned(),
                Rule {
                    line: number,
                    owners,
                    section: 0,
                    excludes: false,
                },
            ));
        }
    }

    /// The head of a section, or a pattern and its owners; who cannot be one does not count.
    fn gitlab(&mut self, line: &str, number: usize) {
        if let Some(head) = head_of_section(line) {
            self.enter(&head);
            return;
        }
        let (pattern, rest) = split_pattern(line);
        let (excludes, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        let mut owners = owners_in(rest);
        let (section, default) = &self.current;
        if owners.is_empty() {
            owners.clone_from(default);
        }
        let rule = Rule {
            line: number,
            owners,
            section: *section,
            excludes,
        };
        let key = (*section, pattern.to_owned());
        match self.known.get(&key) {
            Some(place) => self.rules[*place].1 = rule,
            None => {
                self.known.insert(key, self.rules.len());
                self.rules.push((pattern.to_owned(), rule));
            }
        }
    }

    /// Sections of one name are one, and it is optional only if all of them are.
    fn enter(&mut self, head: &Head<'_>) {
        let name = head.name.to_lowercase();
        let place = self
            .sections
            .iter()
            .position(|section| section.name == name);
        let place = place.unwrap_or_else(|| {
            self.sections.push(Section {
                name,
                optional: true,
            });
            self.sections.len() - 1
        });
        self.sections[place].optional &= head.optional;
        self.current = (place, owners_in(head.owners));
    }

    fn done(self) -> OwnersFile {
        let mut builder = GlobSetBuilder::new();
        let mut rule_of_glob = Vec::new();
        let mut rules = Vec::with_capacity(self.rules.len());
        for (pattern, rule) in self.rules {
            let Some(globs) = pattern::globs(&pattern, self.forge) else {
                continue;
            };
            for glob in globs {
                builder.add(glob);
                rule_of_glob.push(rules.len());
            }
            rules.push(rule);
        }
        // It is refused when all globs together are too large for the matcher: then nothing is known to match.
        OwnersFile {
            sections: self.sections,
            rules,
            globs: builder.build().unwrap_or_default(),
            rule_of_glob,
        }
    }
}

/// `^[Name][2] @owner`.
struct Head<'a> {
    name: &'a str,
    optional: bool,
    owners: &'a str,
}

fn head_of_section(line: &str) -> Option<Head<'_>> {
    let (optional, rest) = match line.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (name, mut rest) = rest.strip_prefix('[')?.split_once(']')?;
    if let Some((approvals, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        && approvals.bytes().all(|byte| byte.is_ascii_digit())
    {
        rest = behind;
    }
    // `[ab]c @owner` is a pattern.
    let is_head = !name.is_empty() && (rest.is_empty() || rest.starts_with(char::is_whitespace));
    is_head.then_some(Head {
        name,
        optional,
        owners: rest,
    })
}

/// A line in its pattern and what follows: whitespace behind a `\` belongs to the pattern.
fn split_pattern(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (place, character) in line.char_indices() {
        if character.is_ascii_whitespace() && !escaped {
            return line.split_at(place);
        }
        escaped = character == '\\' && !escaped;
    }
    (line, "")
}

fn owners_in(text: &str) -> Vec<String> {
    let words = text.split_whitespace().filter(|word| is_owner(word));
    words.map(str::to_owned).collect()
}

/// `@user`, `@org/team`, `@@role`, `name@example.com`.
fn is_owner(word: &str) -> bool {
    match word.strip_prefix('@') {
        Some(name) => !name.trim_start_matches('@').is_empty(),
        None => word
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn owners(text: &str, forge: Forge, path: &str) -> Vec<String> {
        let file = OwnersFile::parse(text, forge);
        let deciding = file.deciding(path);
        deciding
            .iter()
            .map(|rule| format!("{}:{}", rule.line, rule.owners.join(" ")))
            .collect()
    }

    const GITHUB: &str = "\
# the defaults
*       @global-owner1 @global-owner2

*.js    @js-owner #This is an inline comment.
*.go docs@example.com
/apps/ @octocat
/apps/github
/with\\ space/ @spaced
/bad/ not-an-owner
!/apps/ @negated
/[ab]/ @bracketed
";

    #[test]
    fn the_last_match_wins() {
        for (path, expected) in [
            ("README.md", vec!["2:@global-owner1 @global-owner2"]),
            ("x/a.js", vec!["4:@js-owner"]),
            ("x/a.go", vec!["5:docs@example.com"]),
            ("apps/a.js", vec!["6:@octocat"]),
            ("apps/github/a", vec!["7:"]),
            ("with space/a", vec!["8:@spaced"]),
            ("bad/a", vec!["2:@global-owner1 @global-owner2"]),
            ("a/b", vec!["2:@global-owner1 @global-owner2"]),
        ] {
            assert_eq!(owners(GITHUB, Forge::GitHub, path), expected, "{path}");
        }
        assert!(owners("/a @b", Forge::GitHub, "c").is_empty());
    }

    const GITLAB: &str = "\
* @admin

[README Owners]
README.md @user1 @user2
internal/README.md @user4

[README other owners]
README.md @user3

^[Database][2] @dba
/db/
/db/schema @schema words

[Ruby]
*.rb @ruby
!/config/**/*.rb
/config/routes.rb @ops

[database]
/db/must @must
";

    #[test]
    fn each_section_decides() {
        for (path, expected) in [
            ("README.md", vec!["1:@admin", "4:@user1 @user2", "8:@user3"]),
            (
                "internal/README.md",
                vec!["1:@admin", "5:@user4", "8:@user3"],
            ),
            ("config/routes.rb", vec!["1:@admin"]),
            ("a.rb", vec!["1:@admin", "15:@ruby"]),
            ("db/a", vec!["1:@admin", "11:@dba"]),
            ("db/schema", vec!["1:@admin", "12:@schema"]),
        ] {
            let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(owners(GITLAB, Forge::GitLab, path), expected, "{path}");
        }
        // Without the required half, the section is optional.
        let optional = GITLAB.replace("[database]", "[other]");
        assert_eq!(owners(&optional, Forge::GitLab, "db/a"), ["1:@admin"]);
    }

    #[test]
    fn a_second_rule_for_a_pattern_stands_where_the_first_one_stood() {
        let text = "/a/ @one\n/a/b @two\n/a/ @three\n";
        assert_eq!(owners(text, Forge::GitLab, "a/b"), ["2:@two"]);
        assert_eq!(owners(text, Forge::GitLab, "a/c"), ["3:@three"]);
        assert_eq!(owners(text, Forge::GitHub, "a/b"), ["3:@three"]);
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "([*/\\\\\\[\\]^!#@ab.?{} \t\r\né]|\\*\\*/|@a/b){0,60}", path in "[ab/]{0,8}") {
            for forge in [Forge::GitHub, Forge::GitLab] {
                let file = OwnersFile::parse(&text, forge);
                prop_assert!(file.deciding(&path).len() <= file.sections.len());
            }
        }
    }
}
