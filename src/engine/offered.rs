//! What a switch can be asked for, and of which devices.

use super::shared::is_held;
use super::{Engine, Group};
use crate::model::{Connection, ConnectionId, Pattern, PermittedFact, Service, Services, Switch, Text};
use std::collections::BTreeMap;

/// Why a device is not asked for what others are.
const OTHER_DEVICES: &str =
    "only other devices can be asked for it (`devices` of this service in the capabilities of the switch)";

/// What a switch can be asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Offered {
    services: Services,
    /// Services that only some devices allow.
    only: BTreeMap<Service, Vec<Pattern>>,
    /// What the switch lets be asked of single connections, and why nothing else.
    permitted: BTreeMap<ConnectionId, (Services, Text)>,
    /// Each call of a telephone has a connection of its own.
    pub(super) apart: bool,
}

impl Offered {
    /// Takes what the capabilities of `switch` say.
    pub(super) fn learn(&mut self, switch: &Switch) {
        (self.services, self.only) = Default::default();
        for (name, capability) in switch.capabilities.iter().filter(|(_, c)| c.available) {
            let Some(service) = Service::from_name(name) else {
                continue;
            };
            self.services.insert(service);
            if let Some(devices) = &capability.devices {
                let patterns = devices.iter().filter_map(|text| Pattern::parse(text).ok());
                self.only.insert(service, patterns.collect());
            }
        }
    }

    /// Can any device be asked?
    #[cfg(test)]
    pub(super) const fn contains(&self, service: Service) -> bool {
        self.services.contains(service)
    }

    /// What can be asked of this connection, as far as its device goes, and what the switch says of it.
    pub(super) fn at(&self, connection: &Connection) -> Services {
        let permitted = self.permitted.get(&connection.id).map(|(services, _)| *services);
        let all = self.services.and(permitted.unwrap_or(Services::ALL));
        if self.only.is_empty() && self.services.contains(Service::AnswerCall) {
            return all;
        }
        all.iter().filter(|service| self.allows(*service, connection)).collect()
    }

    /// Why this connection cannot be asked for the service, which the switch offers; `None` where it can.
    pub(super) fn why_not(&self, service: Service, connection: &Connection) -> Option<&str> {
        if !self.allows(service, connection) {
            return Some(OTHER_DEVICES);
        }
        let (services, why) = self.permitted.get(&connection.id)?;
        (!services.contains(service)).then_some(why)
    }

    /// Does the device allow the service, which the switch offers? What a telephone itself holds only one takes back that can be told to,
    /// as those can that answer.
    fn allows(&self, service: Service, connection: &Connection) -> bool {
        let by_itself = service == Service::RetrieveCall && !is_held(connection);
        let tells = || self.services.contains(Service::AnswerCall) && self.names(Service::AnswerCall, connection);
        self.names(service, connection) && (!by_itself || tells())
    }

    fn names(&self, service: Service, connection: &Connection) -> bool {
        let Some(patterns) = self.only.get(&service) else {
            return true;
        };
        let device = connection.device.as_ref();
        device.is_some_and(|device| patterns.iter().any(|pattern| pattern.fits(device.key())))
    }

    /// The connection is over.
    pub(super) fn forget(&mut self, connection: ConnectionId) {
        self.permitted.remove(&connection);
    }

    /// Of no connection anything is known any more.
    pub(super) fn forget_all(&mut self) {
        self.permitted.clear();
    }
}

impl Engine {
    /// Takes what the switch lets be asked of a connection.
    pub(super) fn permitted(&mut self, fact: PermittedFact, group: &mut Group) {
        let Some((call, id)) = self.by_connection.get(&fact.connection).copied() else {
            return;
        };
        if fact.services == Services::ALL {
            self.offered.forget(id);
        } else {
            self.offered.permitted.insert(id, (fact.services, fact.why));
        }
        self.permit_beside(call, group);
    }
}
