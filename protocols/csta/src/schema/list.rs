use crate::error::{DecodeError, Problem};

/// Any number of one type: `SEQUENCE OF` in ASN.1, an element with an element for each in XML.
macro_rules! list {
    ($($(#[$meta:meta])* $name:ident $(application $application:literal)? of $item:ty = $xml:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(
            /// The items, in order.
            pub Vec<$item>,
        );

        impl $name {
            const TAG: $crate::ber::Tag = {
                let own = $crate::ber::Tag::SEQUENCE;
                $(let own = { let _ = own; $crate::ber::Tag::application($application) };)?
                own
            };
        }

        impl $crate::schema::Node for $name {
            fn read_xml(&mut self, xml: &mut $crate::xml::Reader<'_>) -> Result<(), $crate::DecodeError> {
                xml.children(|xml, name| {
                    if name != $xml {
                        return xml.stray();
                    }
                    $crate::schema::bounded(self.0.len())?;
                    xml.nth(self.0.len());
                    let mut item = <$item>::default();
                    $crate::schema::Node::read_xml(&mut item, xml).map_err(|error| error.within($xml))?;
                    self.0.push(item);
                    Ok(())
                })
            }

            fn write_xml(&self, xml: &mut $crate::xml::Writer, name: &'static str) {
                let items = |xml: &mut $crate::xml::Writer| {
                    for item in &self.0 {
                        $crate::schema::Node::write_xml(item, xml, $xml);
                    }
                };
                xml.element(name, items);
            }

            fn read_ber(
                &mut self,
                element: &$crate::ber::Element<'_>,
                ber: &mut $crate::ber::Reader,
            ) -> Result<(), $crate::DecodeError> {
                for element in element.elements() {
                    let element = element?;
                    let fits = <$item as $crate::schema::Schema>::fits(element.tag, ber.phase);
                    // Types that every language has are read in place of one another.
                    if !fits && element.tag.class != $crate::ber::Class::Universal {
                        ber.stray(&element)?;
                        continue;
                    }
                    $crate::schema::bounded(self.0.len())?;
                    let mut item = <$item>::default();
                    $crate::schema::Node::read_ber(&mut item, &element, ber).map_err(|error| error.within($xml))?;
                    self.0.push(item);
                }
                Ok(())
            }

            fn write_ber(
                &self,
                ber: &mut $crate::ber::Writer,
                phase: $crate::Phase,
                tag: Option<$crate::ber::Tag>,
            ) {
                ber.constructed(tag.unwrap_or(Self::TAG), |ber| {
                    for item in &self.0 {
                        $crate::schema::Node::write_ber(item, ber, phase, None);
                    }
                });
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut $crate::schema::Chance) -> bool {
                for _ in 0..=chance.below(3) {
                    let mut item = <$item>::default();
                    if $crate::schema::Node::fill(&mut item, chance) {
                        self.0.push(item);
                    }
                }
                !self.0.is_empty()
            }

            fn is_absent(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl $crate::schema::Schema for $name {
            fn fits(tag: $crate::ber::Tag, _phase: $crate::Phase) -> bool {
                tag == Self::TAG
            }
        }
    )*};
}
pub(crate) use list;

/// So many items may be in a list: more than a frame has room for real ones, each of which takes far more memory than it has bytes.
const ITEMS: usize = 8192;

/// Is there room for one more behind `count` items?
pub(crate) const fn bounded(count: usize) -> Result<(), DecodeError> {
    match count < ITEMS {
        true => Ok(()),
        false => Err(DecodeError::new(Problem::TooMany(ITEMS))),
    }
}
