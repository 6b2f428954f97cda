use crate::schema::{Rest, Unknown};

/// Writes one document.
#[derive(Debug)]
pub(crate) struct Writer {
    out: String,
    /// Before every name, with its colon; empty where the namespace is the default one.
    prefix: String,
    /// What the element that is being opened carries.
    attributes: String,
}

impl Writer {
    pub(crate) fn new(prefix: Option<&str>) -> Self {
        Writer {
            out: String::new(),
            prefix: prefix.map(|prefix| format!("{prefix}:")).unwrap_or_default(),
            attributes: String::new(),
        }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// An attribute of the next element.
    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        let value = quick_xml::escape::escape(value);
        self.attributes.push_str(&format!(" {name}=\"{value}\""));
    }

    pub(crate) fn element(&mut self, name: &str, content: impl FnOnce(&mut Writer)) {
        self.out.push('<');
        self.out.push_str(&self.prefix);
        self.out.push_str(name);
        self.out.push_str(&std::mem::take(&mut self.attributes));
        self.out.push('>');
        let at = self.out.len();
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
        self.element(name, |xml| xml.out.push_str(&quick_xml::escape::escape(text)));
    }

    /// What was kept of another document.
    pub(crate) fn unknown(&mut self, unknown: &Unknown) {
        if let Unknown::Xml { document, .. } = unknown {
            self.out.push_str(document);
        }
    }

    pub(crate) fn rest(&mut self, rest: &Rest) {
        rest.0.iter().for_each(|unknown| self.unknown(unknown));
    }
}
