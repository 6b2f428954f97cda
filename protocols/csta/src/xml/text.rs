use std::borrow::Cow;

/// Can this text be in a document?
pub(crate) fn is_text(text: &str) -> bool {
    // Most is plain.
    text.bytes()
        .all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'))
        || text.chars().all(is_allowed)
}

/// Can this character be in a document (XML 1.0, 2.2)?
const fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The text of a document with its ends of lines made one sort (XML 1.0, 2.11).
pub(super) fn one_line_end(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => text,
    }
}

/// Appends text as it stands in an element or between double quotes. A character that no document can have is replaced (U+FFFD).
pub(super) fn escape_into(out: &mut String, text: &str) {
    let is_plain = |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>' | b'"');
    if text.bytes().all(is_plain) {
        return out.push_str(text);
    }
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // As they are, a reader would make spaces or line ends of them.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            character if is_allowed(character) => out.push(character),
            _ => out.push('\u{fffd}'),
        }
    }
}
