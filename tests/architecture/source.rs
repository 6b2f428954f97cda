//! Rust source as a list of tokens: comments, strings, lifetimes and test modules taken away.
use std::path::{Path, PathBuf};

/// A name, a `::`, or any other single character that stands outside of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Name(String),
    PathSep,
    Mark(char),
}

/// One source file, without its test modules.
pub struct Source {
    /// Relative to the project.
    pub file: PathBuf,
    /// Each token with its line.
    pub tokens: Vec<(Token, usize)>,
}

pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file below `folder` that is not a test file.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(&project().join(folder), &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| Source {
            tokens: without_tests(tokens(&std::fs::read_to_string(&path).expect("readable source"))),
            file: path.strip_prefix(project()).expect("inside the project").to_owned(),
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if name != "tests" && name != "target" && name != "benches" {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|e| e == "rs") && name != "tests.rs" {
            files.push(path);
        }
    }
}

pub fn tokens(text: &str) -> Vec<(Token, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut out, mut i, mut line) = (Vec::new(), 0, 1);
    while i < chars.len() {
        let start = i;
        match at(i) {
            '/' if at(i + 1) == '/' => i = skip_while(&chars, i, |c| c != '\n'),
            '/' if at(i + 1) == '*' => i = block_comment(&chars, i),
            '"' => i = quoted(&chars, i),
            'r' | 'b' | 'c' if starts_raw(&chars, i) => i = raw_string(&chars, i),
            'b' | 'c' if at(i + 1) == '"' => i = quoted(&chars, i + 1),
            'b' if at(i + 1) == '\'' => i = character(&chars, i + 1),
            '\'' => i = character(&chars, i),
            c if c == '_' || c.is_alphabetic() => {
                i = skip_while(&chars, i, |c| c == '_' || c.is_alphanumeric());
                out.push((Token::Name(chars[start..i].iter().collect()), line));
            }
            c if c.is_ascii_digit() => i = skip_while(&chars, i, |c| c == '_' || c.is_alphanumeric()),
            ':' if at(i + 1) == ':' => {
                out.push((Token::PathSep, line));
                i += 2;
            }
            c => {
                if !c.is_whitespace() {
                    out.push((Token::Mark(c), line));
                }
                i += 1;
            }
        }
        line += chars[start..i.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    out
}

fn skip_while(chars: &[char], from: usize, keep: impl Fn(char) -> bool) -> usize {
    from + chars[from..].iter().take_while(|c| keep(**c)).count()
}

fn block_comment(chars: &[char], from: usize) -> usize {
    let (mut depth, mut i) = (0, from);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn quoted(chars: &[char], from: usize) -> usize {
    let mut i = from + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

fn starts_raw(chars: &[char], from: usize) -> bool {
    let i = skip_while(chars, from, |c| c == 'b' || c == 'c');
    let quote = skip_while(chars, i + 1, |c| c == '#');
    chars.get(i) == Some(&'r') && i - from < 2 && chars.get(quote) == Some(&'"')
}

fn raw_string(chars: &[char], from: usize) -> usize {
    let hashes = skip_while(chars, from, |c| c.is_alphabetic());
    let open = skip_while(chars, hashes, |c| c == '#');
    let end: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', open - hashes))
        .collect();
    let mut i = open + 1;
    while i < chars.len() && !chars[i..].starts_with(&end) {
        i += 1;
    }
    i + end.len()
}

/// A character, or a lifetime, which is left out too.
fn character(chars: &[char], from: usize) -> usize {
    if chars.get(from + 1) == Some(&'\\') {
        return skip_while(chars, from + 3, |c| c != '\'') + 1;
    }
    if chars.get(from + 2) == Some(&'\'') {
        return from + 3;
    }
    skip_while(chars, from + 1, |c| c == '_' || c.is_alphanumeric())
}

/// Leaves out every item that stands below `#[cfg(test)]`.
fn without_tests(tokens: Vec<(Token, usize)>) -> Vec<(Token, usize)> {
    let attribute: Vec<Token> = self::tokens("#[cfg(test)]").into_iter().map(|t| t.0).collect();
    let (mut out, mut i) = (Vec::new(), 0);
    while i < tokens.len() {
        let here = tokens[i..].iter().map(|t| &t.0).take(attribute.len());
        if !here.eq(attribute.iter()) {
            out.push(tokens[i].clone());
            i += 1;
            continue;
        }
        let mut depth = 0;
        while i < tokens.len() {
            let token = &tokens[i].0;
            i += 1;
            match token {
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(token, Token::Mark('}' | ';')) {
                break;
            }
        }
    }
    out
}

#[test]
fn comments_strings_lifetimes_and_test_modules_are_no_code() {
    let text = r##"fn a<'x>(b: &'x str) { "tokio"; r#"ro"ot"#; b'\''; '"'; /* x /* y */ */ c::d } // e
        #[cfg(test)] mod tests { fn f() {} } fn g() {}"##;
    let names: Vec<String> = without_tests(tokens(text))
        .into_iter()
        .filter_map(|t| if let Token::Name(name) = t.0 { Some(name) } else { None })
        .collect();
    assert_eq!(names, ["fn", "a", "b", "str", "c", "d", "fn", "g"]);
}
