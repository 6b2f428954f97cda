use super::{ConnectionEndpoint, ConnectionId, ConnectionListItem, DeviceId};
use crate::ber::{self, Class, Phase, Tag};
use crate::error::DecodeError;
#[cfg(test)]
use crate::schema::Chance;
use crate::schema::{Node, Schema, list};
use crate::xml;

/// Every connection before and after a transfer or conference. Phases I and II have those behind it only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionList(
    /// The items, in order.
    pub Vec<ConnectionListItem>,
);

list! {
    /// The same as Phase III and XML have it.
    Plain of ConnectionListItem = "connectionListItem";
}

impl ConnectionList {
    /// `[APPLICATION 12]`: connections (Net::CSTA and an implementation of ECMA-180 agree), or connections each with its device, whose tags are
    /// not known: read is what can be nothing else.
    const OLDER: Tag = Tag::application(12);

    fn read_older(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        for inner in element.elements() {
            let inner = inner?;
            let first = inner
                .elements()
                .next()
                .and_then(Result::ok)
                .filter(|_| inner.constructed);
            if inner.tag == ConnectionId::TAG {
                let item = item([&inner], ber)?;
                self.0.push(item);
            } else if first.is_some_and(|first| connection_in(&first).is_some()) {
                let parts = inner.elements().collect::<Result<Vec<_>, _>>()?;
                self.0.push(item(&parts, ber)?);
            } else if holds_connection(&inner) {
                self.read_older(&inner, ber)?;
            } else {
                ber.stray(&inner)?;
            }
        }
        Ok(())
    }
}

/// Is a connection in it, however deep?
fn holds_connection(element: &ber::Element<'_>) -> bool {
    let mut inner = element.elements().map_while(Result::ok);
    element.constructed && inner.any(|inner| inner.tag == ConnectionId::TAG || holds_connection(&inner))
}

/// A connection, by itself or in a tag.
fn connection_in<'a>(element: &ber::Element<'a>) -> Option<ber::Element<'a>> {
    let inner = || element.inner().ok().filter(|inner| inner.tag == ConnectionId::TAG);
    match element.tag {
        ConnectionId::TAG => Some(*element),
        tag if tag.class == Class::Context && element.constructed => inner(),
        _ => None,
    }
}

/// A connection from now on, and behind it what it was or whose it is.
fn item<'a>(
    parts: impl IntoIterator<Item = &'a ber::Element<'a>>,
    ber: &mut ber::Reader,
) -> Result<ConnectionListItem, DecodeError> {
    let mut item = ConnectionListItem::default();
    for part in parts {
        match connection_in(part) {
            Some(connection) if item.new_connection.is_none() => item.new_connection.read_ber(&connection, ber)?,
            Some(connection) if item.old_connection.is_none() => item.old_connection.read_ber(&connection, ber)?,
            None if item.endpoint.is_none() && DeviceId::fits(part.tag, ber.phase) => {
                let mut device = DeviceId::default();
                device.read_ber(part, ber)?;
                item.endpoint = Some(ConnectionEndpoint::Device(device));
            }
            _ => ber.keep(&mut item.rest, part)?,
        }
    }
    Ok(item)
}

impl Node for ConnectionList {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        let mut plain = Plain(std::mem::take(&mut self.0));
        let read = plain.read_xml(xml);
        self.0 = plain.0;
        read
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        Plain(self.0.clone()).write_xml(xml, name);
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        if ber.phase < Phase::III {
            return self.read_older(element, ber);
        }
        let mut plain = Plain::default();
        plain.read_ber(element, ber)?;
        self.0 = plain.0;
        Ok(())
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
        if phase == Phase::III {
            return Plain(self.0.clone()).write_ber(ber, phase, tag);
        }
        // It may be missing, and says nothing where nobody is left.
        if self.0.iter().all(|item| item.new_connection.is_none()) {
            return;
        }
        let told = |item: &ConnectionListItem| {
            item.new_connection.is_some() && matches!(item.endpoint, Some(ConnectionEndpoint::Device(_)))
        };
        let with_devices = self.0.iter().any(told);
        ber.constructed(tag.unwrap_or(Self::OLDER), |ber| {
            for item in self.0.iter().filter(|item| item.new_connection.is_some()) {
                match (&item.endpoint, with_devices) {
                    (Some(ConnectionEndpoint::Device(device)), true) => ber.constructed(Tag::SEQUENCE, |ber| {
                        item.new_connection.write_ber(ber, phase, None);
                        device.write_ber(ber, phase, None);
                    }),
                    (_, true) => ber.constructed(Tag::SEQUENCE, |ber| item.new_connection.write_ber(ber, phase, None)),
                    (_, false) => item.new_connection.write_ber(ber, phase, None),
                }
            }
        });
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut Chance) -> bool {
        let mut plain = Plain::default();
        let filled = plain.fill(chance);
        self.0 = plain.0;
        filled
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl Schema for ConnectionList {
    fn fits(tag: Tag, phase: Phase) -> bool {
        tag == Tag::SEQUENCE || phase < Phase::III && tag == Self::OLDER
    }
}
