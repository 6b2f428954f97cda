//! Blocks of the documentation that are made from the code.

/// What to paste where the block of `page` between `<!-- made: name -->` and `<!-- end -->` is not `made`.
pub(crate) fn to_paste(page: &str, name: &str, made: &str) -> Option<String> {
    let start = format!("<!-- made: {name} -->\n");
    let whole = format!("{start}{made}<!-- end -->\n");
    (!page.contains(&whole)).then_some(whole)
}

/// The lines of a table.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(head.iter().map(|cell| (*cell).to_owned()).collect());
    text.push_str(&format!("|{}\n", "---|".repeat(head.len())));
    rows.into_iter().for_each(|row| text.push_str(&line(row)));
    text
}
