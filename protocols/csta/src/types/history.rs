//! What XML lists, and BER has one of.

use super::{ConnectionId, EventCause, RedirectionDeviceId};
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Node, Schema, sequence};
use crate::xml;
use lineside_wire::Private;

/// A line is `Name of Item = "nameOfEachInEcma323" where condition;`. In BER, only the first that meets the condition can be written.
macro_rules! listed {
    ($($(#[$meta:meta])* $name:ident of $item:ident = $xml:literal where $can:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(
            /// The items, in order.
            pub Vec<$item>,
        );

        impl Node for $name {
            fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
                xml.children(|xml, name| {
                    if name != $xml {
                        return xml.stray();
                    }
                    xml.nth(self.0.len());
                    let mut item = $item::default();
                    item.read_xml(xml).map_err(|error| error.within($xml))?;
                    self.0.push(item);
                    Ok(())
                })
            }

            fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
                xml.element(name, |xml| self.0.iter().for_each(|item| item.write_xml(xml, $xml)));
            }

            fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
                let mut item = $item::default();
                item.read_ber(element, ber)?;
                self.0 = vec![item];
                Ok(())
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut crate::schema::Chance) -> bool {
                let mut item = $item::default();
                item.fill(chance);
                let can: fn(&$item) -> bool = $can;
                while !can(&item) {
                    item.fill(chance);
                }
                self.0 = vec![item];
                true
            }

            fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
                let can: fn(&$item) -> bool = $can;
                if let Some(item) = self.0.iter().find(|item| can(item)) {
                    item.write_ber(ber, phase, tag);
                }
            }

            fn is_absent(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl Schema for $name {
            fn fits(tag: Tag, _phase: Phase) -> bool {
                tag == Tag::SEQUENCE
            }
        }
    )*};
}

listed! {
    /// Where a call was before.
    DeviceHistory of DeviceHistoryItem = "DeviceHistoryListItem" where DeviceHistoryItem::is_told;
    /// The messages that a call carries.
    MessageInfo of MessageInfoItem = "messageInfoItem" where |_| true;
}

sequence! {
    /// A device where a call was.
    DeviceHistoryItem {
        /// The device.
        old_device_id: RedirectionDeviceId = "oldDeviceID";
        /// Why it left.
        event_cause: Option<EventCause> = "eventCause".context(1);
        /// Its connection there.
        old_connection_id: Option<ConnectionId> = "oldConnectionID".context(2);
    }
    /// A message that a call carries.
    MessageInfoItem {
        /// The text.
        contents: Private<String> = "contents";
        /// Its media type.
        content_type_and_subtype: Option<String> = "contentTypeAndSubtype".ahead();
        /// How many octets it has.
        contents_length: Option<i64> = "contentsLength";
    }
}

impl DeviceHistoryItem {
    /// BER has no word for a device that is not told (ECMA-285, `DeviceHistory`).
    const fn is_told(&self) -> bool {
        self.old_device_id.device().is_some()
    }
}
