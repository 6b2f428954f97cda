use super::put_back::put_back;
use super::text::escape_into;
use crate::schema::{Rest, Unknown};

/// Writes one document.
#[derive(Debug)]
pub(crate) struct Writer {
    out: String,
    /// Before every name, with its colon; empty where the namespace is the default one.
    prefix: String,
    /// What the element that is being opened carries.
    attributes: String,
    /// The first child of the root, where that is no field of its type.
    first: Option<(&'static str, String)>,
    /// Where the content begins of the element that was opened last.
    content_at: usize,
}

impl Writer {
    /// A document that begins with `declaration`.
    pub(crate) fn new(declaration: &str, prefix: Option<&str>) -> Self {
        Writer {
            out: declaration.to_owned(),
            prefix: prefix.map(|prefix| format!("{prefix}:")).unwrap_or_default(),
            attributes: String::new(),
            first: None,
            content_at: 0,
        }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// An attribute of the next element.
    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        self.attributes.push(' ');
        self.attributes.push_str(name);
        self.attributes.push_str("=\"");
        escape_into(&mut self.attributes, value);
        self.attributes.push('"');
    }

    /// The first child of the next element.
    pub(super) fn first(&mut self, name: &'static str, text: String) {
        self.first = Some((name, text));
    }

    pub(crate) fn element(&mut self, name: &str, content: impl FnOnce(&mut Writer)) {
        self.out.push('<');
        self.out.push_str(&self.prefix);
        self.out.push_str(name);
        self.out.push_str(&self.attributes);
        self.attributes.clear();
        self.out.push('>');
        let at = self.out.len();
        if let Some((name, text)) = self.first.take() {
            self.leaf(name, &text);
        }
        self.content_at = at;
        content(self);
        if self.out.len() == at {
            self.out.pop();
            self.out.push_str("/>");
            return;
        }
        self.out.push_str("</");
        self.out.push_str(&self.prefix);
        self.out.push_str(name);
        self.out.push('>');
    }

    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, |xml| escape_into(&mut xml.out, text));
    }

    /// What was kept of another document.
    pub(crate) fn unknown(&mut self, unknown: &Unknown) {
        if let Unknown::Xml { document, .. } = unknown {
            self.out.push_str(document);
        }
    }

    /// Where the content begins of the element that was opened last.
    pub(crate) const fn content_at(&self) -> usize {
        self.content_at
    }

    /// Writes what stood here behind what was written of the same element from `at` on, and what stood within that back into it.
    pub(crate) fn rest(&mut self, rest: &Rest, at: usize) {
        rest.0.iter().for_each(|unknown| self.unknown(unknown));
        for (place, elements) in rest.within() {
            let documents: String = elements.filter_map(Unknown::document).collect();
            put_back(&mut self.out, at, place, &documents);
        }
    }
}
