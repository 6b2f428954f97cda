/// One of several: `CHOICE` in ASN.1, an element around one of several in XML. The first alternative stands for one that was not read yet.
macro_rules! choice {
    ($($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $variant:ident ($type:ty) = $xml:literal $(. $tag:ident ($($argument:literal)?))* ;)*
    })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant($type),)*
            /// Another alternative, as it came.
            Other($crate::schema::Unknown),
        }

        impl $name {
            const ALTERNATIVES: &'static [$crate::schema::Field] =
                &[$($crate::schema::Field::of::<$type>($xml)$(.$tag($($argument)?))*),*];

            /// Makes the alternatives one after the other, and lets `read` have the one at `at`.
            fn read_alternative(
                &mut self,
                at: usize,
                read: impl FnOnce(&'static $crate::schema::Field, &mut dyn $crate::schema::Node) -> Result<(), $crate::DecodeError>,
            ) -> Result<(), $crate::DecodeError> {
                let mut alternatives = Self::ALTERNATIVES.iter().enumerate();
                $(if let Some((_, field)) = alternatives.next().filter(|(index, _)| *index == at) {
                    let mut value = <$type>::default();
                    read(field, &mut value)?;
                    *self = $name::$variant(value);
                    return Ok(());
                })*
                Ok(())
            }

            /// The alternative that it is, with its place in the table.
            fn alternative(&self) -> Option<(&'static $crate::schema::Field, &dyn $crate::schema::Node)> {
                let mut alternatives = Self::ALTERNATIVES.iter();
                $(let field = alternatives.next();
                if let $name::$variant(value) = self {
                    return field.map(|field| (field, value as &dyn $crate::schema::Node));
                })*
                None
            }
        }

        impl Default for $name {
            fn default() -> Self {
                $name::Other($crate::schema::Unknown::default())
            }
        }

        impl $crate::schema::Node for $name {
            fn read_xml(&mut self, xml: &mut $crate::xml::Reader<'_>) -> Result<(), $crate::DecodeError> {
                let (depth, mut is_known, mut other) = (xml.depth(), false, None);
                xml.children(|xml, name| {
                    let look = |name: &str| Self::ALTERNATIVES.iter().position(|field| field.name == name);
                    match look(name).or_else(|| $crate::xml::respelt(name).and_then(look)) {
                        Some(at) => {
                            is_known = true;
                            self.read_alternative(at, |field, node| {
                                node.read_xml(xml).map_err(|error| error.within(field.name))
                            })
                        }
                        None if other.is_none() => {
                            other = Some((xml.mark(), xml.keep()?));
                            Ok(())
                        }
                        None => xml.stray(),
                    }
                })?;
                // One that is known is what the choice is, whatever stands beside it.
                match other {
                    Some((mark, other)) if is_known => xml.astray(mark, depth, other),
                    Some((_, other)) => *self = $name::Other(other),
                    None => {}
                }
                Ok(())
            }

            fn write_xml(&self, xml: &mut $crate::xml::Writer, name: &'static str) {
                xml.element(name, |xml| match (self.alternative(), self) {
                    (Some((field, node)), _) => node.write_xml(xml, field.name),
                    (None, $name::Other(unknown)) => xml.unknown(unknown),
                    (None, _) => {}
                });
            }

            fn read_ber(
                &mut self,
                element: &$crate::ber::Element<'_>,
                ber: &mut $crate::ber::Reader,
            ) -> Result<(), $crate::DecodeError> {
                match Self::ALTERNATIVES.iter().position(|field| field.fits(element.tag, ber.phase)) {
                    Some(at) => self.read_alternative(at, |field, node| field.read_ber(node, element, ber)),
                    None => {
                        *self = $name::Other($crate::schema::Unknown::ber(element));
                        Ok(())
                    }
                }
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut $crate::schema::Chance) -> bool {
                let at = chance.below(Self::ALTERNATIVES.len());
                let mut filled = false;
                let read = self.read_alternative(at, |_, node| {
                    filled = node.fill(chance);
                    Ok(())
                });
                read.is_ok() && filled
            }

            /// A choice has no tag that another could stand in place of (X.680, 31.2.7): it is put around.
            fn write_ber(
                &self,
                ber: &mut $crate::ber::Writer,
                phase: $crate::Phase,
                tag: Option<$crate::ber::Tag>,
            ) {
                let write = |ber: &mut $crate::ber::Writer| match (self.alternative(), self) {
                    (Some((field, node)), _) => field.write_ber(node, ber, phase),
                    (None, $name::Other(unknown)) => unknown.write_ber(ber),
                    (None, _) => {}
                };
                match tag {
                    Some(tag) => ber.constructed(tag, write),
                    None => write(ber),
                }
            }
        }

        impl $crate::schema::Schema for $name {
            const REQUIRED: bool = true;

            fn fits(tag: $crate::ber::Tag, phase: $crate::Phase) -> bool {
                Self::ALTERNATIVES.iter().any(|field| field.fits(tag, phase))
            }
        }
    )*};
}
pub(crate) use choice;
