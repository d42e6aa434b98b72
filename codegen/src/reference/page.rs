//! A page that is being written: blocks, headings, lists and tables.

use venue_schema::ir::SectionId;

use crate::markdown::escape;

/// A page of Markdown.
pub(super) struct Page {
    /// The section that it shows; none for the first page.
    pub(super) section: Option<SectionId>,
    text: String,
}

impl Page {
    pub(super) fn new(section: Option<SectionId>) -> Self {
        Page {
            section,
            text: "<!-- Made by `venue export markdown`: edit the specs. -->\n".to_owned(),
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Markdown with an empty line before it; nothing, if there is none.
    pub(super) fn block(&mut self, markdown: &str) {
        if !markdown.is_empty() {
            self.text.push('\n');
            self.text.push_str(markdown);
            self.text.push('\n');
        }
    }

    /// A spec's words.
    pub(super) fn words(&mut self, words: &str) {
        self.block(&escape(words));
    }

    /// A heading, and the anchor that links to it use.
    pub(super) fn heading(&mut self, level: usize, anchor: &str, markdown: &str) {
        if !anchor.is_empty() {
            self.anchor(anchor);
        }
        self.block(&format!("{} {markdown}", "#".repeat(level)));
    }

    /// What links can point at.
    pub(super) fn anchor(&mut self, anchor: &str) {
        self.block(&format!("<a id=\"{anchor}\"></a>"));
    }

    /// A list, a line each.
    pub(super) fn list(&mut self, lines: &[String]) {
        self.block(&lines.join("\n"));
    }

    /// A table; columns that are empty throughout are left out.
    pub(super) fn table(&mut self, heads: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            return;
        }
        let kept: Vec<usize> = (0..heads.len())
            .filter(|&column| rows.iter().any(|row| !row[column].is_empty()))
            .collect();
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let mut lines = vec![
            line(
                kept.iter()
                    .map(|&column| heads[column].to_owned())
                    .collect(),
            ),
            format!("|{}", "---|".repeat(kept.len())),
        ];
        let each = rows.iter();
        lines.extend(each.map(|row| line(kept.iter().map(|&it| cell(&row[it])).collect())));
        self.block(&lines.join("\n"));
    }

    /// Text as it is.
    pub(super) fn code(&mut self, language: &str, text: &str) {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(3.max(longest + 1));
        self.block(&format!("{fence}{language}\n{}\n{fence}", text.trim_end()));
    }
}

/// A bar ends a cell, even between backticks.
fn cell(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut before = ' ';
    for c in markdown.chars() {
        if c == '|' && before != '\\' {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_leaves_empty_columns_out_and_keeps_bars_in_their_cells() {
        let mut page = Page::new(None);
        let row = |a: &str, b: &str| vec![a.to_owned(), String::new(), b.to_owned()];
        page.table(&["a", "b", "c"], &[row("`x|y`", "1 \\| 2")]);
        let text = page.finish();
        assert!(
            text.ends_with("\n| a | c |\n|---|---|\n| `x\\|y` | 1 \\| 2 |\n"),
            "{text}"
        );
    }
}
