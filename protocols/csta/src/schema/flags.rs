/// Several of several: a `BIT STRING` in ASN.1, an element with a boolean element for each in XML.
///
/// A line is `constant = bit "nameInEcma323",`. `least n` behind the name of the type: so many bits are written, even where the last ones
/// are not set.
macro_rules! flags {
    ($($(#[$meta:meta])* $name:ident $(least $least:literal)? {
        $($(#[$doc:meta])* $flag:ident = $bit:literal $xml:literal,)*
    })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name(u64);

        impl $name {
            $($(#[$doc])* #[doc = concat!("`", $xml, "`, bit ", $bit, ".")] pub const $flag: $name = $name(1 << $bit);)*

            const TABLE: &'static [(&'static str, u32)] = &[$(($xml, $bit)),*];

            /// Are all of `flags` set?
            #[must_use]
            pub const fn contains(self, flags: $name) -> bool {
                self.0 & flags.0 == flags.0
            }

            /// These and those of `flags`.
            #[must_use]
            pub const fn with(self, flags: $name) -> Self {
                $name(self.0 | flags.0)
            }

            /// Is none set?
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// The names of those that are set, in ECMA-323.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                let set = move |(name, bit): &(&'static str, u32)| (self.0 & 1 << bit != 0).then_some(*name);
                Self::TABLE.iter().filter_map(set)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_set().entries(self.names()).finish()
            }
        }

        impl $crate::schema::Node for $name {
            fn read_xml(&mut self, xml: &mut $crate::xml::Reader<'_>) -> Result<(), $crate::DecodeError> {
                xml.children(|xml, name| {
                    let look = |name: &str| Self::TABLE.iter().find(|(flag, _)| *flag == name);
                    let flag = look(name).or_else(|| $crate::xml::respelt(name).and_then(look));
                    let Some((_, bit)) = flag else {
                        return xml.stray();
                    };
                    if matches!(xml.text()?.trim(), "true" | "1") {
                        self.0 |= 1 << bit;
                    }
                    Ok(())
                })
            }

            fn write_xml(&self, xml: &mut $crate::xml::Writer, name: &'static str) {
                xml.element(name, |xml| self.names().for_each(|flag| xml.leaf(flag, "true")));
            }

            fn read_ber(
                &mut self,
                element: &$crate::ber::Element<'_>,
                _ber: &mut $crate::ber::Reader,
            ) -> Result<(), $crate::DecodeError> {
                self.0 = element.bits()?;
                Ok(())
            }

            fn write_ber(
                &self,
                ber: &mut $crate::ber::Writer,
                _phase: $crate::Phase,
                tag: Option<$crate::ber::Tag>,
            ) {
                let least = 0;
                $(let least = $least + least;)?
                ber.bits_of(tag.unwrap_or($crate::ber::Tag::BIT_STRING), self.0, least);
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut $crate::schema::Chance) -> bool {
                let mask = Self::TABLE.iter().fold(0, |all, (_, bit)| all | 1 << bit);
                self.0 = chance.next() & mask;
                true
            }
        }

        impl $crate::schema::Schema for $name {
            fn fits(tag: $crate::ber::Tag, _phase: $crate::Phase) -> bool {
                tag == $crate::ber::Tag::BIT_STRING
            }
        }
    )*};
}
pub(crate) use flags;
