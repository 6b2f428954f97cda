//! A channel waits at a slot, until its party has had enough.
use super::super::channel::Dial;
use super::super::state::Bridge;
use super::{Turn, World};
use lineside_ami::Outgoing;
use lineside_ami::server::Received;

/// The variable of a channel that names the slot at which it is to be parked.
pub(super) const SLOT: &str = "PARKINGEXTEN";
/// The slots of the only lot.
const SLOTS: std::ops::RangeInclusive<u32> = 701..=720;
/// The bridge in which all wait who are parked.
const LOT: &str = "00000000-0000-4000-8000-000000000700";

impl World {
    /// The channel is parked; who talked to it leaves. False where it talks to nobody, or no slot is free.
    pub(super) fn parks(&mut self, id: &str) -> bool {
        let Some(bridge) = self.live(id).and_then(|channel| channel.bridge.clone()) else {
            return false;
        };
        let wanted = self.live(id).and_then(|channel| channel.slot.parse::<u32>().ok());
        let taken = |slot: &u32| self.state.slots().any(|taken| taken == slot.to_string());
        let slots = wanted.filter(|slot| SLOTS.contains(slot)).into_iter().chain(SLOTS);
        let Some(slot) = slots.into_iter().find(|slot| !taken(slot)) else {
            return false;
        };
        let parker = self.members(&bridge).into_iter().find(|other| *other != *id);
        let dial = parker.as_ref().and_then(|parker| self.live(parker));
        let dial = dial.map(|parker| format!("PJSIP/{}", parker.endpoint()));
        self.leave(id);
        // Who was dialled is a caller now: nobody waits for it any more.
        self.change(id, |channel| channel.dial = Dial::Not);
        if !self.state.bridges.contains_key(LOT) {
            let lot = Bridge {
                kind: "parking".to_owned(),
                technology: "holding_bridge".to_owned(),
            };
            self.state.bridges.insert(LOT.to_owned(), lot);
            self.tell_bridge("BridgeCreate", LOT, None);
        }
        self.enter(LOT, id);
        let slot = slot.to_string();
        let more = [
            ("ParkerDialString", dial.as_deref().unwrap_or_default()),
            ("Parkinglot", "default"),
            ("ParkingSpace", &*slot),
            ("ParkingTimeout", "45"),
            ("ParkingDuration", "0"),
        ];
        self.tell_two("ParkedCall", &[("Parkee", id)], &more);
        if let Some(parked) = self.told.last().cloned() {
            self.state.fold(&parked);
        }
        if let Some(parker) = parker {
            self.leave(&parker);
            self.end(&parker, 16);
        }
        self.later(self.pace.talk, Turn::HangUp(id.to_owned()));
        true
    }

    pub(super) fn parking_lots(&self, action: &Received) -> Vec<Outgoing> {
        let lot = action
            .item("Parkinglot")
            .header("Name", "default")
            .header("StartSpace", SLOTS.start().to_string())
            .header("StopSpace", SLOTS.end().to_string())
            .header("Timeout", "45");
        action.list("Parking lots will follow", vec![lot], "ParkinglotsComplete")
    }
}
