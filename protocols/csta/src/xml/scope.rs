use quick_xml::events::attributes::Attributes;

/// The declarations of namespaces that hold where a reader stands. Names are read by their local part, so this serves only elements that
/// are kept: they carry along what they need.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    declared: Vec<Declaration<'a>>,
}

#[derive(Debug)]
struct Declaration<'a> {
    /// How many elements are open within which it holds.
    depth: usize,
    /// Empty: the default namespace.
    prefix: &'a str,
    /// As it was written.
    uri: &'a str,
}

impl<'a> Scope<'a> {
    /// An element at this depth opens, whose start tag has these attributes. How many declarations hold there.
    pub(super) fn open(&mut self, depth: usize, attributes: &'a str) -> usize {
        // Most elements have no attributes, and most that have declare nothing.
        if attributes.contains("xmlns") {
            let declarations = declarations(attributes);
            let declarations = declarations.map(|(prefix, uri)| Declaration { depth, prefix, uri });
            self.declared.extend(declarations);
        }
        self.declared.len()
    }

    /// The element at this depth closes.
    pub(super) fn close(&mut self, depth: usize) {
        while self.declared.pop_if(|declaration| declaration.depth >= depth).is_some() {}
    }

    /// The namespace that a prefix stands for; the default one for an empty prefix.
    pub(super) fn uri(&self, prefix: &str) -> Option<&'a str> {
        let mut inner_first = self.declared.iter().rev();
        inner_first
            .find(|declaration| declaration.prefix == prefix)
            .map(|declaration| declaration.uri)
    }

    /// The attributes that the start tag of an element at `depth` lacks to mean the same elsewhere. `source` is all of the element;
    /// `plain`: there are names without a prefix in it.
    pub(super) fn missing(&self, depth: usize, attributes: &str, source: &str, plain: bool) -> String {
        let mut missing = String::new();
        let mut done: Vec<&str> = declarations(attributes).map(|(prefix, _)| prefix).collect();
        for declaration in self
            .declared
            .iter()
            .rev()
            .filter(|declaration| declaration.depth < depth)
        {
            let Declaration { prefix, uri, .. } = *declaration;
            let used = match prefix {
                "" => plain,
                _ => source
                    .match_indices(prefix)
                    .any(|(at, _)| follows_colon(source, at + prefix.len())),
            };
            if used && !done.contains(&prefix) {
                missing.push_str(&attribute(prefix, uri));
            }
            done.push(prefix);
        }
        // Within a document, no namespace has to be said: where the element is put, there may be a default one.
        if plain && depth > 1 && !done.contains(&"") {
            missing.push_str(&attribute("", ""));
        }
        missing
    }
}

fn follows_colon(source: &str, at: usize) -> bool {
    source.as_bytes().get(at) == Some(&b':')
}

fn attribute(prefix: &str, uri: &str) -> String {
    let quote = if uri.contains('"') { '\'' } else { '"' };
    let colon = if prefix.is_empty() { "" } else { ":" };
    format!(" xmlns{colon}{prefix}={quote}{uri}{quote}")
}

/// Prefixes and namespaces, as they were written.
fn declarations(attributes: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut all = Attributes::new(attributes, 0);
    all.with_checks(false);
    all.filter_map(Result::ok).filter_map(|attribute| {
        let name = attribute.key.0.strip_prefix("xmlns")?;
        let prefix = match name.strip_prefix(':') {
            Some(prefix) => prefix,
            None if name.is_empty() => "",
            None => return None,
        };
        match attribute.value {
            std::borrow::Cow::Borrowed(uri) => Some((prefix, uri)),
            std::borrow::Cow::Owned(_) => None,
        }
    })
}
