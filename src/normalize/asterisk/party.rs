use super::Normalizer;
use crate::model::{
    CallKey, Cause, ConnectionDirection, ConnectionEvent, ConnectionFact, ConnectionKey, DeviceId, Fact, Kind, Party,
    PartyFact, Presentation, Text,
};
use crate::normalize::legs::{Leg, Nature, Told};
use lineside_wire::Private;

impl Normalizer {
    /// What a channel is, by its technology and its endpoint.
    pub(super) fn nature(&self, name: &str) -> Nature {
        let technology = name.split_once('/').map_or(name, |(technology, _)| technology);
        let is = |list: &[String]| list.iter().any(|t| t.eq_ignore_ascii_case(technology));
        if is(&self.profile.channels.local) {
            return Nature::Half;
        }
        if is(&self.profile.channels.hidden) {
            return Nature::Hidden;
        }
        let behind = name.split_once('/').map_or(name, |(_, rest)| rest);
        let endpoint = behind.rsplit_once('-').map_or(behind, |(endpoint, _)| endpoint);
        Nature::Party(if self.is_station(endpoint) {
            Kind::Station
        } else {
            Kind::Trunk
        })
    }

    /// Is the endpoint a telephone of the site? What the site says counts before the product's rule.
    pub(super) fn is_station(&self, endpoint: &str) -> bool {
        let by_rule = || {
            self.profile
                .devices
                .stations
                .iter()
                .any(|pattern| pattern.fits(endpoint))
        };
        !self.rules.is_trunk(endpoint) && (self.rules.is_extension(endpoint) || by_rule())
    }

    /// Who is at the end of a leg.
    pub(super) fn who(&self, leg: &Leg) -> PartyFact {
        let kind = match leg.nature {
            Nature::Party(kind) => kind,
            Nature::Half | Nature::Hidden => Kind::Other,
        };
        let station = kind == Kind::Station;
        // The caller id of a telephone's own leg is what the dialplan makes of it: often the number that others shall see. That
        // of a leg to outside is what it was dialled by, before the rules of the line.
        let number = if station {
            Some(Text::from(leg.endpoint()))
        } else if leg.calls {
            leg.number.clone()
        } else {
            leg.dialled.clone().or_else(|| leg.number.clone())
        };
        let e164 = number
            .as_ref()
            .filter(|_| !station)
            .and_then(|n| self.rules.numbers.e164(n, false));
        PartyFact {
            party: Party {
                device: Some(DeviceId::new(&self.switch, leg.endpoint())),
                number: number.map(Private::new),
                e164: e164.map(|e164| Private::new(Text::from(e164))),
                name: leg.caller_name.clone().map(Private::new),
                presentation: leg.presentation,
                contact: leg.contact.clone(),
            },
            kind,
            native_id: Some(leg.id.clone()),
        }
    }

    /// Somebody by the number that was called: dialled here, or told by the network.
    pub(super) fn called(&self, number: &Text, dialled_here: bool) -> Party {
        let extension = self.rules.is_extension(number);
        let e164 = if extension || self.is_station(number) {
            None
        } else {
            self.rules.numbers.e164(number, dialled_here)
        };
        Party {
            device: extension.then(|| DeviceId::new(&self.switch, number)),
            number: Some(Private::new(number.clone())),
            e164: e164.map(|e164| Private::new(Text::from(e164))),
            name: None,
            presentation: Presentation::NotKnown,
            contact: None,
        }
    }

    /// A connection of a leg, which moved.
    pub(super) fn of_leg(
        &self,
        leg: &Leg,
        call: CallKey,
        connection: ConnectionKey,
        event: ConnectionEvent,
        cause: Cause,
    ) -> ConnectionFact {
        ConnectionFact {
            call,
            connection,
            event,
            cause,
            direction: direction(leg.calls),
            who: self.who(leg),
            new_destination: None,
            refused: false,
            uncertain: Vec::new(),
        }
    }

    /// States that the connection of a leg moved.
    pub(super) fn say(&mut self, id: &str, event: ConnectionEvent, cause: Cause) {
        self.say_refused(id, event, cause, false);
    }

    /// The same; the device itself may have said no.
    pub(super) fn say_refused(&mut self, id: &str, event: ConnectionEvent, cause: Cause, refused: bool) {
        let Some(call) = self.legs.call_of(id) else { return };
        let Some(leg) = self.legs.get(id).filter(|leg| leg.is_party() && leg.told != Told::Over) else {
            return;
        };
        let fact = ConnectionFact {
            refused,
            uncertain: Vec::new(),
            ..self.of_leg(leg, call.clone(), leg.key(), event, cause)
        };
        let mut recorded = false;
        if let Some(leg) = self.legs.get_mut(id) {
            let over = matches!(event, ConnectionEvent::ConnectionCleared | ConnectionEvent::Diverted);
            recorded = leg.told == Told::Nothing && leg.recordings > 0;
            leg.told = if over { Told::Over } else { Told::Live };
        }
        self.legs.assign(id, call);
        self.out.push(Fact::Connection(Box::new(fact)));
        // The dialplan may record a leg before anybody was told of it.
        if recorded {
            self.say_recording(id);
        }
    }
}

/// Is it the way of who calls, or of who is called?
pub(super) const fn direction(calls: bool) -> ConnectionDirection {
    if calls {
        ConnectionDirection::Outgoing
    } else {
        ConnectionDirection::Incoming
    }
}
