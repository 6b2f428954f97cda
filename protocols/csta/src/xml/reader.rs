use super::scope::Scope;
use super::text::{is_text, one_line_end};
use crate::error::{DecodeError, Problem};
use crate::schema::{Name, Rest, Step, Unknown, Within, room_to_keep};
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;
use std::borrow::Cow;

/// How deep elements may be nested. Real documents have about eight levels.
const DEPTH: usize = 32;
/// How many elements a document may have. A frame has 65,535 bytes, which is room for far fewer real ones.
const ELEMENTS: usize = 16_384;
/// How many namespaces may be declared at a place: each element that is kept looks for all of them.
const NAMESPACES: usize = 64;
/// How many bytes of namespaces may be written into elements that are kept, all in all.
const ADDED: usize = 1024 * 1024;

/// Reads one document by the local names of its elements, whatever their namespace and prefix.
pub(crate) struct Reader<'a> {
    source: &'a str,
    inner: quick_xml::Reader<&'a [u8]>,
    /// The element whose start tag was read last, as it is called in the document.
    name: &'a str,
    /// Its attributes.
    attributes: &'a str,
    /// Where that start tag begins.
    start_at: usize,
    depth: usize,
    elements: usize,
    /// So many bytes of namespaces were written into elements that are kept.
    added: usize,
    scope: Scope<'a>,
    /// The elements that are open, outermost first: their names, and how many of the same name stand before each in a list.
    open: [(&'a str, usize); DEPTH + 1],
    /// So many elements were kept.
    kept: usize,
    /// Those for which the type that they stood in has no place: the next one around it that has a [`Rest`] takes them.
    strays: Vec<Stray<'a>>,
    /// An element without a prefix was opened.
    plain: bool,
    /// A child of the root that is no field of its type, and its text.
    aside: Option<(&'static str, Option<Cow<'a, str>>)>,
}

impl<'a> Reader<'a> {
    /// Reads to the start tag of the root.
    pub(crate) fn new(source: &'a str) -> Result<Self, DecodeError> {
        if !is_text(source) {
            return Err(DecodeError::malformed("a character that no document can have"));
        }
        let mut inner = quick_xml::Reader::from_str(source);
        inner.config_mut().expand_empty_elements = true;
        let mut reader = Reader {
            source,
            inner,
            name: "",
            attributes: "",
            start_at: 0,
            depth: 0,
            elements: 0,
            added: 0,
            scope: Scope::default(),
            open: [("", 0); DEPTH + 1],
            kept: 0,
            strays: Vec::new(),
            plain: false,
            aside: None,
        };
        loop {
            match reader.next()? {
                Piece::Open => return Ok(reader),
                Piece::Text(text) if is_blank(&text) => {}
                Piece::Close | Piece::Text(_) => return Err(DecodeError::malformed("text before the first element")),
                Piece::End => return Err(DecodeError::malformed("a document without an element")),
            }
        }
    }

    /// Reads to the end of the document, behind the end tag of the root.
    pub(crate) fn finish(mut self) -> Result<(), DecodeError> {
        loop {
            match self.next()? {
                Piece::End => return Ok(()),
                Piece::Text(text) if is_blank(&text) => {}
                Piece::Open => return Err(DecodeError::malformed("a second document behind the first")),
                Piece::Close | Piece::Text(_) => return Err(DecodeError::malformed("text behind the document")),
            }
        }
    }

    /// The element whose start tag was read last, by its local name.
    pub(crate) fn name(&self) -> &'a str {
        local(self.name)
    }

    /// Its prefix.
    pub(super) fn prefix(&self) -> Option<&'a str> {
        self.name.split_once(':').map(|(prefix, _)| prefix)
    }

    /// Its namespace.
    pub(super) fn namespace(&self) -> Option<&'a str> {
        self.scope.uri(self.prefix().unwrap_or_default())
    }

    /// The attributes of the element whose start tag was read last, without those of other namespaces and the declarations of these.
    pub(crate) fn attributes(&self) -> Vec<(Box<str>, Box<str>)> {
        if self.attributes.is_empty() {
            return Vec::new();
        }
        let mut attributes = Attributes::new(self.attributes, 0);
        let attributes = attributes.with_checks(false).filter_map(Result::ok);
        let own = attributes.filter(|attribute| {
            let name = attribute.key.0;
            !name.contains(':') && name != "xmlns" && !name.is_empty() && is_name(name)
        });
        own.filter_map(|attribute| {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.0.into(), value.into()))
        })
        .collect()
    }

    /// An attribute of the element whose start tag was read last.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        if self.attributes.is_empty() {
            return None;
        }
        let mut attributes = Attributes::new(self.attributes, 0);
        let mut attributes = attributes.with_checks(false).filter_map(Result::ok);
        let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        found
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .ok()
            .map(String::from)
    }

    /// Lets no type see the child of the root that is called `name`: [`Reader::taken_aside`] has its text.
    pub(super) fn set_aside(&mut self, name: &'static str) {
        self.aside = Some((name, None));
    }

    /// The text of the child that was set aside, if there was one.
    pub(super) fn taken_aside(&mut self) -> Option<Cow<'a, str>> {
        self.aside.take().and_then(|(_, text)| text)
    }

    /// Calls `each` with the name of every element within this one, through the end tag of this one. Text between them counts for nothing.
    pub(crate) fn children(
        &mut self,
        mut each: impl FnMut(&mut Self, &'a str) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        loop {
            match self.next()? {
                Piece::Open => {
                    let name = self.name();
                    match self.aside {
                        Some((aside, _)) if self.depth == 2 && aside == name => {
                            self.aside = Some((aside, Some(self.text()?)));
                        }
                        _ => each(self, name)?,
                    }
                }
                Piece::Text(_) => {}
                Piece::Close => return Ok(()),
                Piece::End => return Err(DecodeError::malformed("the document ends within an element")),
            }
        }
    }

    /// The text of this element, through its end tag. No element belongs into it.
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        self.mixed(|xml, _| xml.stray())
    }

    /// The text of this element, through its end tag. Calls `each` with the name of every element within it.
    pub(crate) fn mixed(
        &mut self,
        mut each: impl FnMut(&mut Self, &'a str) -> Result<(), DecodeError>,
    ) -> Result<Cow<'a, str>, DecodeError> {
        let mut all = Cow::Borrowed("");
        loop {
            match self.next()? {
                Piece::Open => each(self, self.name())?,
                Piece::Text(text) if all.is_empty() => all = text,
                Piece::Text(text) => all.to_mut().push_str(&text),
                Piece::Close => return Ok(all),
                Piece::End => return Err(DecodeError::malformed("the document ends within an element")),
            }
        }
    }

    /// Reads an element into which nothing belongs, through its end tag.
    pub(crate) fn empty(&mut self) -> Result<(), DecodeError> {
        self.children(|xml, _| xml.stray())
    }

    /// Passes over this element.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        let depth = self.depth;
        loop {
            match self.next()? {
                Piece::Close if self.depth < depth => return Ok(()),
                Piece::Open | Piece::Close | Piece::Text(_) => {}
                Piece::End => return Err(DecodeError::malformed("the document ends within an element")),
            }
        }
    }

    /// Keeps this element as it is, with the declarations of the namespaces in it.
    pub(crate) fn keep(&mut self) -> Result<Unknown, DecodeError> {
        let (local, name, attributes, at, depth) = (self.name(), self.name, self.attributes, self.start_at, self.depth);
        room_to_keep(self.kept)?;
        self.kept += 1;
        self.plain = self.prefix().is_none();
        self.skip()?;
        let source = self.source.get(at..self.position()).unwrap_or_default();
        let missing = self.scope.missing(depth, attributes, source, self.plain);
        self.added += missing.len();
        if self.added > ADDED {
            return Err(DecodeError::malformed(format!(
                "more than {ADDED} bytes of namespaces in what is not known"
            )));
        }
        let (start, rest) = source.split_at_checked(1 + name.len()).unwrap_or_default();
        Ok(Unknown::Xml {
            name: local.into(),
            document: [start, &missing, rest].concat().into(),
        })
    }

    /// Keeps this element with others that are not known.
    pub(crate) fn unknown(&mut self, rest: &mut Rest) -> Result<(), DecodeError> {
        rest.0.push(self.keep()?);
        Ok(())
    }

    /// How many elements are open, the one whose start tag was read last included.
    pub(crate) const fn depth(&self) -> usize {
        self.depth
    }

    /// The element whose start tag was read last is an item of a list, in which `nth` stand before it.
    pub(crate) fn nth(&mut self, nth: usize) {
        if let Some((_, before)) = self.open.get_mut(self.depth) {
            *before = nth;
        }
    }

    /// Keeps this element, for which there is no place where it stands.
    pub(crate) fn stray(&mut self) -> Result<(), DecodeError> {
        let around = self.depth.saturating_sub(1);
        let element = self.keep()?;
        self.astray(self.mark(), around, element);
        Ok(())
    }

    /// Keeps an element for which there is no place in the one at `depth`, in which it stood; in front of those behind `mark`.
    pub(crate) fn astray(&mut self, mark: usize, depth: usize, element: Unknown) {
        let way = self.open.get(1..=depth).unwrap_or_default().to_vec();
        let at = mark.min(self.strays.len());
        self.strays.insert(at, Stray { way, element });
    }

    /// How many have found no place yet.
    pub(crate) const fn mark(&self) -> usize {
        self.strays.len()
    }

    /// Gives those behind `mark` their place in `rest`, each with its way from the element at `depth`, whose type has it.
    pub(crate) fn settle(&mut self, mark: usize, depth: usize, rest: &mut Rest) {
        for Stray { way, element } in self.strays.drain(mark.min(self.strays.len())..) {
            let steps = way.iter().skip(depth).map(|(name, nth)| Step {
                name: Name::Xml(local(name).into()),
                nth: *nth,
            });
            let place: Box<[Step]> = steps.collect();
            rest.0.push(match place.is_empty() {
                true => element,
                false => Unknown::Within(Box::new(Within { place, element })),
            });
        }
    }

    fn position(&self) -> usize {
        usize::try_from(self.inner.buffer_position()).unwrap_or(usize::MAX)
    }

    fn next(&mut self) -> Result<Piece<'a>, DecodeError> {
        loop {
            let at = self.position();
            let event = self.inner.read_event();
            match event.map_err(|error| DecodeError::malformed(error.to_string()))? {
                Event::Start(start) => {
                    let (name, whole) = (start.name().0.len(), start.len());
                    self.open(at, name, whole)?;
                    return Ok(Piece::Open);
                }
                Event::End(_) => {
                    self.scope.close(self.depth);
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Piece::Close);
                }
                Event::Text(text) => return Ok(Piece::Text(one_line_end(text.into_inner()))),
                Event::CData(text) => return Ok(Piece::Text(one_line_end(text.into_inner()))),
                Event::GeneralRef(name) => {
                    let resolved = name.resolve_char_ref();
                    let resolved = resolved.map_err(|error| DecodeError::malformed(error.to_string()))?;
                    let known = quick_xml::escape::resolve_xml_entity(&name).map(Cow::Borrowed);
                    return match resolved.map(|character| Cow::Owned(String::from(character))).or(known) {
                        Some(text) if is_text(&text) => Ok(Piece::Text(text)),
                        Some(_) => Err(DecodeError::malformed("a character that no document can have")),
                        None => Err(DecodeError::new(Problem::Refused("an entity"))),
                    };
                }
                Event::DocType(_) => return Err(DecodeError::new(Problem::Refused("a document type"))),
                // What it says is for others, and the document means the same without it (XML 1.0, 2.6).
                Event::PI(_) => {}
                // White space before it is against the rules, and harmless.
                Event::Decl(_) if self.source.get(..at).is_some_and(is_blank) => {}
                Event::Decl(_) => return Err(DecodeError::new(Problem::Refused("a second XML declaration"))),
                Event::Eof if self.depth > 0 => {
                    return Err(DecodeError::malformed("the document ends within an element"));
                }
                Event::Eof => return Ok(Piece::End),
                Event::Comment(_) | Event::Empty(_) => {}
            }
        }
    }

    /// A start tag at `at`: a name of `name` bytes, `whole` with the attributes.
    fn open(&mut self, at: usize, name: usize, whole: usize) -> Result<(), DecodeError> {
        let tag = self.source.get(at + 1..at + 1 + whole).unwrap_or_default();
        (self.name, self.attributes) = tag.split_at_checked(name).unwrap_or_default();
        self.start_at = at;
        self.depth += 1;
        self.elements += 1;
        if self.depth > DEPTH {
            return Err(DecodeError::new(Problem::TooDeep(DEPTH)));
        }
        if self.elements > ELEMENTS {
            return Err(DecodeError::new(Problem::TooMany(ELEMENTS)));
        }
        if let Some(open) = self.open.get_mut(self.depth) {
            *open = (self.name, 0);
        }
        self.plain |= !self.name.contains(':');
        match self.scope.open(self.depth, self.attributes) {
            declared if declared > NAMESPACES => Err(DecodeError::malformed(format!(
                "more than {NAMESPACES} namespaces are declared"
            ))),
            _ => Ok(()),
        }
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// An element that waits for its place.
#[derive(Debug)]
struct Stray<'a> {
    /// The elements around it, outermost first.
    way: Vec<(&'a str, usize)>,
    element: Unknown,
}

/// Can it be written as the name of an attribute?
fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

enum Piece<'a> {
    Open,
    Text(Cow<'a, str>),
    Close,
    End,
}
