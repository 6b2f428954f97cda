//! Every path that a file names, as far as it leads out of its own module: `use` trees and paths in the midst of code alike.
use crate::source::{Source, Token};
use std::path::{Component, Path};

/// A path from the root of the crate (`["crate", "model", "Call"]`) or into another one (`["tokio", "spawn"]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// All paths of two or more segments, and all single names that stand in a `use`.
pub fn named(source: &Source) -> Vec<Named> {
    let mut reader = Reader {
        tokens: &source.tokens,
        at: 0,
        modules: module_of(&source.file),
        out: Vec::new(),
    };
    reader.read();
    reader.out
}

/// `src/link/driver/reader.rs` is `["link", "driver", "reader"]`.
pub fn module_of(file: &Path) -> Vec<String> {
    let names: Vec<String> = file
        .components()
        .filter_map(|c| match c {
            Component::Normal(name) => Some(name.to_string_lossy().trim_end_matches(".rs").to_owned()),
            _ => None,
        })
        .collect();
    let below = names.iter().position(|n| n == "src").map_or(0, |i| i + 1);
    let mut module = names[below..].to_vec();
    if module
        .last()
        .is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str()))
    {
        module.pop();
    }
    module
}

struct Reader<'a> {
    tokens: &'a [(Token, usize)],
    at: usize,
    modules: Vec<String>,
    out: Vec<Named>,
}

impl Reader<'_> {
    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|t| &t.0)
    }

    fn name(&self, ahead: usize) -> Option<&str> {
        match self.token(ahead) {
            Some(Token::Name(name)) => Some(name),
            _ => None,
        }
    }

    fn read(&mut self) {
        let mut inline = Vec::new();
        let mut depth = 0;
        while self.at < self.tokens.len() {
            match self.token(0) {
                Some(Token::Name(word)) if word == "use" => {
                    self.at += 1;
                    self.tree(Vec::new());
                }
                Some(Token::Name(word)) if word == "mod" && self.token(2) == Some(&Token::Mark('{')) => {
                    self.modules.extend(self.name(1).map(str::to_owned));
                    inline.push(depth);
                    self.at += 2;
                }
                Some(Token::Name(_)) if self.token(1) == Some(&Token::PathSep) => self.path(),
                Some(token) => {
                    match token {
                        Token::Mark('{') => depth += 1,
                        Token::Mark('}') => {
                            depth -= 1;
                            if inline.last() == Some(&depth) {
                                inline.pop();
                                self.modules.pop();
                            }
                        }
                        _ => {}
                    }
                    self.at += 1;
                }
                None => {}
            }
        }
    }

    fn path(&mut self) {
        let line = self.tokens[self.at].1;
        let mut path = Vec::new();
        while let Some(name) = self.name(0) {
            path.push(name.to_owned());
            self.at += 1;
            if self.token(0) != Some(&Token::PathSep) {
                break;
            }
            self.at += 1;
        }
        self.push(path, line);
    }

    fn tree(&mut self, prefix: Vec<String>) {
        let mut path = prefix.clone();
        while let Some((token, line)) = self.tokens.get(self.at) {
            let line = *line;
            match token {
                Token::Name(word) if word == "as" => self.at += 2,
                Token::Name(word) => {
                    path.push(word.clone());
                    self.at += 1;
                }
                Token::PathSep => self.at += 1,
                Token::Mark('*') => {
                    path.push("*".to_owned());
                    self.at += 1;
                }
                Token::Mark('{') => {
                    self.at += 1;
                    while self.token(0).is_some_and(|t| *t != Token::Mark('}')) {
                        self.tree(path.clone());
                        if self.token(0) == Some(&Token::Mark(',')) {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                Token::Mark(_) => {
                    if path.len() > prefix.len() {
                        self.push(path, line);
                    }
                    if self.token(0) == Some(&Token::Mark(';')) {
                        self.at += 1;
                    }
                    return;
                }
            }
        }
    }

    /// Resolves `self` and `super` against the module; a path that stays below its own module by a plain name is kept as it is.
    fn push(&mut self, path: Vec<String>, line: usize) {
        let ups = path.iter().take_while(|s| *s == "super").count();
        let path = match path.first().map(String::as_str) {
            Some("self") => [&["crate".to_owned()], &self.modules[..], &path[1..]].concat(),
            Some("super") => {
                let kept = self.modules.len().saturating_sub(ups);
                [&["crate".to_owned()], &self.modules[..kept], &path[ups..]].concat()
            }
            Some("lineside") => [&["crate".to_owned()], &path[1..]].concat(),
            _ => path,
        };
        self.out.push(Named { path, line });
    }
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let source = Source {
        file: "src/link/driver/reader.rs".into(),
        tokens: crate::source::tokens(
            "use crate::{model::{Batch, Now as N}, store::*}; use super::super::machine::Machine;
             mod inner { fn f(x: super::super::super::super::api::X) -> tokio::net::TcpStream {} } fn g() { self::h::i() }",
        ),
    };
    let found: Vec<String> = named(&source).into_iter().map(|n| n.path.join("::")).collect();
    assert_eq!(
        found,
        [
            "crate::model::Batch",
            "crate::model::Now",
            "crate::store::*",
            "crate::link::machine::Machine",
            "crate::api::X",
            "tokio::net::TcpStream",
            "crate::link::driver::reader::h::i",
        ]
    );
}
