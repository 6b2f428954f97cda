use crate::ber;
use bytes::Bytes;
use std::fmt;

/// What a peer sent that this crate does not know, kept in order. It is written again in the encoding in which it came, and left out in
/// the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rest(pub Vec<Unknown>);

/// An element that this crate does not know. `Debug` shows how much it is, not what: it may be about persons, or a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Unknown {
    /// In XML.
    Xml {
        /// The local name of the element.
        name: Box<str>,
        /// The element as a document of its own.
        document: Box<str>,
    },
    /// In BER: the element with its tag and length.
    Ber(Bytes),
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unknown::Xml { name, document } => write!(f, "{name} ({} bytes)", document.len()),
            Unknown::Ber(bytes) => write!(f, "BER ({} bytes)", bytes.len()),
        }
    }
}

impl Default for Unknown {
    fn default() -> Self {
        Unknown::Ber(Bytes::new())
    }
}

impl Unknown {
    pub(crate) fn ber(element: &ber::Element<'_>) -> Self {
        Unknown::Ber(Bytes::copy_from_slice(element.raw))
    }

    pub(crate) fn write_ber(&self, ber: &mut ber::Writer) {
        if let Unknown::Ber(bytes) = self {
            ber.raw(bytes);
        }
    }
}

impl Rest {
    pub(crate) fn keep_ber(&mut self, element: &ber::Element<'_>) {
        self.0.push(Unknown::ber(element));
    }

    pub(crate) fn write_ber(&self, ber: &mut ber::Writer) {
        self.0.iter().for_each(|unknown| unknown.write_ber(ber));
    }
}
