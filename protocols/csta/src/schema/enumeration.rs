/// One of several words: `ENUMERATED` in ASN.1, text in XML. A word or number that is none of them is kept.
///
/// A line is `Variant = number "nameInEcma323",`; `_` stands for the number of a word that BER does not have.
macro_rules! enumeration {
    (@number _) => { None };
    (@number $number:literal) => { Some($number) };
    (@doc $xml:literal _) => { concat!("`", $xml, "`, in XML only.") };
    (@doc $xml:literal $number:literal) => { concat!("`", $xml, "`, ", $number, " in BER.") };
    ($($(#[$meta:meta])* $name:ident $(application $application:literal)? {
        $($(#[$doc:meta])* $variant:ident = $number:tt $xml:literal,)*
    })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* #[doc = $crate::schema::enumeration!(@doc $xml $number)] $variant,)*
            /// Another word, or the digits of another number, as the peer sent it.
            Other(Box<str>),
        }

        impl $name {
            /// Every word with its number in BER.
            const TABLE: &'static [(&'static str, Option<i64>, $name)] =
                &[$(($xml, $crate::schema::enumeration!(@number $number), $name::$variant)),*];

            /// The value that is called `word` in ECMA-323.
            #[must_use]
            pub fn from_word(word: &str) -> Self {
                let found = Self::TABLE.iter().find(|(name, _, _)| *name == word);
                found.map_or_else(|| $name::Other(word.into()), |(_, _, value)| value.clone())
            }

            /// Its name in ECMA-323.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $xml,)*
                    $name::Other(word) => word,
                }
            }

            /// The value with this number in ECMA-285.
            #[must_use]
            pub fn from_number(number: i64) -> Self {
                let found = Self::TABLE.iter().find(|(_, value, _)| *value == Some(number));
                found.map_or_else(|| $name::Other(number.to_string().into()), |(_, _, value)| value.clone())
            }

            /// Its number in ECMA-285; `None` for a word that has none.
            #[must_use]
            pub fn number(&self) -> Option<i64> {
                match self {
                    $($name::$variant => $crate::schema::enumeration!(@number $number),)*
                    $name::Other(word) => word.parse().ok(),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                $name::Other("".into())
            }
        }

        impl $crate::schema::Node for $name {
            fn read_xml(&mut self, xml: &mut $crate::xml::Reader<'_>) -> Result<(), $crate::DecodeError> {
                let text = xml.text()?;
                self.read_text(&text)
            }

            fn read_text(&mut self, text: &str) -> Result<(), $crate::DecodeError> {
                *self = Self::from_word(text.trim());
                Ok(())
            }

            fn write_xml(&self, xml: &mut $crate::xml::Writer, name: &'static str) {
                xml.leaf(name, self.as_str());
            }

            fn read_ber(
                &mut self,
                element: &$crate::ber::Element<'_>,
                _ber: &mut $crate::ber::Reader,
            ) -> Result<(), $crate::DecodeError> {
                *self = Self::from_number(element.integer()?);
                Ok(())
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut $crate::schema::Chance) -> bool {
                let found = chance.one_of(Self::TABLE);
                *self = found.map(|(_, _, value)| value.clone()).unwrap_or_default();
                found.is_some()
            }

            /// A word without a number cannot be written: nothing is.
            fn write_ber(
                &self,
                ber: &mut $crate::ber::Writer,
                _phase: $crate::Phase,
                tag: Option<$crate::ber::Tag>,
            ) {
                if let Some(number) = self.number() {
                    ber.integer(tag.unwrap_or(Self::TAG), number);
                }
            }
        }

        impl $name {
            const TAG: $crate::ber::Tag = {
                let own = $crate::ber::Tag::ENUMERATED;
                $(let own = { let _ = own; $crate::ber::Tag::application($application) };)?
                own
            };
        }

        impl $crate::schema::Schema for $name {
            const REQUIRED: bool = true;
            const WORD: bool = true;

            fn fits(tag: $crate::ber::Tag, _phase: $crate::Phase) -> bool {
                tag == Self::TAG
            }
        }
    )*};
}
pub(crate) use enumeration;
