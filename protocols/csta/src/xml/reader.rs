use crate::error::{DecodeError, Problem};
use crate::schema::{Rest, Unknown};
use quick_xml::events::{BytesStart, Event};

/// How deep elements may be nested. Real documents have about eight levels.
const DEPTH: usize = 32;
/// How many elements a document may have. A frame has 65,535 bytes, which is room for far fewer real ones.
const ELEMENTS: usize = 16_384;

/// Reads one document by the local names of its elements, whatever their namespace and prefix.
pub(crate) struct Reader<'a> {
    source: &'a str,
    inner: quick_xml::Reader<&'a [u8]>,
    /// The element whose start tag was read last.
    start: BytesStart<'a>,
    /// Where that start tag begins.
    start_at: usize,
    depth: usize,
    elements: usize,
}

impl<'a> Reader<'a> {
    /// Reads to the start tag of the root.
    pub(crate) fn new(source: &'a str) -> Result<Self, DecodeError> {
        let mut inner = quick_xml::Reader::from_str(source);
        inner.config_mut().expand_empty_elements = true;
        let mut reader = Reader {
            source,
            inner,
            start: BytesStart::new(""),
            start_at: 0,
            depth: 0,
            elements: 0,
        };
        match reader.next()? {
            Step::Open => Ok(reader),
            Step::Close | Step::Text(_) => Err(DecodeError::malformed("text before the first element")),
            Step::End => Err(DecodeError::malformed("a document without an element")),
        }
    }

    /// The element whose start tag was read last, by its local name.
    pub(crate) fn name(&self) -> String {
        self.start.local_name().as_ref().to_owned()
    }

    /// An attribute of the element whose start tag was read last.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        let mut attributes = attributes.with_checks(false).filter_map(Result::ok);
        let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        found
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .ok()
            .map(String::from)
    }

    /// Calls `each` with the name of every element within this one, through the end tag of this one. Text between them counts for nothing.
    pub(crate) fn children(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        loop {
            match self.next()? {
                Step::Open => {
                    let start = self.start.clone();
                    each(self, start.local_name().as_ref())?;
                }
                Step::Text(_) => {}
                Step::Close => return Ok(()),
                Step::End => return Err(DecodeError::malformed("the document ends within an element")),
            }
        }
    }

    /// The text of this element, through its end tag. Elements within it are passed over.
    pub(crate) fn text(&mut self) -> Result<String, DecodeError> {
        let mut all = String::new();
        loop {
            match self.next()? {
                Step::Open => self.skip()?,
                Step::Text(text) => all.push_str(&text),
                Step::Close => return Ok(all),
                Step::End => return Err(DecodeError::malformed("the document ends within an element")),
            }
        }
    }

    /// Passes over this element.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        self.children(|xml, _| xml.skip())
    }

    /// Keeps this element as it is.
    pub(crate) fn keep(&mut self) -> Result<Unknown, DecodeError> {
        let (name, at) = (self.name().into(), self.start_at);
        self.skip()?;
        let document = self.source.get(at..self.position()).unwrap_or_default().into();
        Ok(Unknown::Xml { name, document })
    }

    /// Keeps this element with others that are not known.
    pub(crate) fn unknown(&mut self, rest: &mut Rest) -> Result<(), DecodeError> {
        rest.0.push(self.keep()?);
        Ok(())
    }

    fn position(&self) -> usize {
        usize::try_from(self.inner.buffer_position()).unwrap_or(usize::MAX)
    }

    fn next(&mut self) -> Result<Step, DecodeError> {
        loop {
            let at = self.position();
            let event = self.inner.read_event();
            match event.map_err(|error| DecodeError::malformed(error.to_string()))? {
                Event::Start(start) => {
                    (self.start, self.start_at) = (start, at);
                    self.depth += 1;
                    self.elements += 1;
                    if self.depth > DEPTH {
                        return Err(DecodeError::new(Problem::TooDeep(DEPTH)));
                    }
                    if self.elements > ELEMENTS {
                        return Err(DecodeError::new(Problem::TooMany(ELEMENTS)));
                    }
                    return Ok(Step::Open);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::Close);
                }
                Event::Text(text) => return Ok(Step::Text(text.xml10_content().into_owned())),
                Event::CData(text) => return Ok(Step::Text(text.into_inner().into_owned())),
                Event::GeneralRef(name) => {
                    let resolved = name.resolve_char_ref();
                    let resolved = resolved.map_err(|error| DecodeError::malformed(error.to_string()))?;
                    let known = quick_xml::escape::resolve_xml_entity(&name).map(str::to_owned);
                    return match resolved.map(String::from).or(known) {
                        Some(text) => Ok(Step::Text(text)),
                        None => Err(DecodeError::new(Problem::Refused("an entity"))),
                    };
                }
                Event::DocType(_) => return Err(DecodeError::new(Problem::Refused("a document type"))),
                Event::PI(_) => return Err(DecodeError::new(Problem::Refused("a processing instruction"))),
                Event::Eof => return Ok(Step::End),
                Event::Decl(_) | Event::Comment(_) | Event::Empty(_) => {}
            }
        }
    }
}

enum Step {
    Open,
    Text(String),
    Close,
    End,
}
