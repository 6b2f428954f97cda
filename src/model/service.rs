use serde::{Deserialize, Serialize};

macro_rules! services {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A service, by its one name everywhere: paths, `servicesPermitted`, capabilities, audit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum Service {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Service {
            /// Every service, in the order of the contract.
            pub const ALL: &'static [Service] = &[$(Service::$variant,)*];

            /// The name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Service::$variant => $name,)* }
            }
        }
    };
}

services! {
    /// ECMA-269, Make Call.
    MakeCall = "makeCall",
    /// ECMA-269, Answer Call.
    AnswerCall = "answerCall",
    /// ECMA-269, Hold Call.
    HoldCall = "holdCall",
    /// ECMA-269, Retrieve Call.
    RetrieveCall = "retrieveCall",
    /// ECMA-269, Clear Connection.
    ClearConnection = "clearConnection",
    /// ECMA-269, Clear Call.
    ClearCall = "clearCall",
    /// ECMA-269, Deflect Call.
    DeflectCall = "deflectCall",
    /// ECMA-269, Single Step Transfer Call.
    SingleStepTransferCall = "singleStepTransferCall",
    /// ECMA-269, Consultation Call.
    ConsultationCall = "consultationCall",
    /// ECMA-269, Transfer Call.
    TransferCall = "transferCall",
    /// ECMA-269, Conference Call.
    ConferenceCall = "conferenceCall",
    /// ECMA-269, Alternate Call.
    AlternateCall = "alternateCall",
    /// ECMA-269, Reconnect Call.
    ReconnectCall = "reconnectCall",
    /// ECMA-269, Single Step Conference Call.
    SingleStepConferenceCall = "singleStepConferenceCall",
    /// ECMA-269, Park Call.
    ParkCall = "parkCall",
    /// ECMA-269, Directed Pickup Call.
    DirectedPickupCall = "directedPickupCall",
    /// ECMA-269, Group Pickup Call.
    GroupPickupCall = "groupPickupCall",
    /// ECMA-269, Generate Digits.
    GenerateDigits = "generateDigits",
    /// The device is not heard any more.
    Mute = "mute",
    /// The device is heard again.
    Unmute = "unmute",
    /// A recording begins.
    StartRecording = "startRecording",
    /// The recording ends.
    StopRecording = "stopRecording",
    /// The recording leaves out what follows.
    PauseRecording = "pauseRecording",
    /// The recording goes on.
    ResumeRecording = "resumeRecording",
    /// ECMA-269, Set Agent State.
    SetAgentState = "setAgentState",
    /// ECMA-269, Set Do Not Disturb.
    SetDoNotDisturb = "setDoNotDisturb",
    /// ECMA-269, Set Forwarding.
    SetForwarding = "setForwarding",
}

impl Service {
    /// The service that is called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Service::ALL.iter().copied().find(|service| service.as_str() == name)
    }

    const fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

/// Several services, as a list of their names in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Services(u32);

impl Services {
    /// None.
    pub const NONE: Services = Services(0);

    /// Every one.
    pub const ALL: Services = {
        let (mut all, mut at) = (Services::NONE, 0);
        while at < Service::ALL.len() {
            all.0 |= 1 << at;
            at += 1;
        }
        all
    };

    /// Is `service` among them?
    #[must_use]
    pub const fn contains(self, service: Service) -> bool {
        self.0 & service.bit() != 0
    }

    /// Adds `service`.
    pub const fn insert(&mut self, service: Service) {
        self.0 |= service.bit();
    }

    /// All but `service`.
    #[must_use]
    pub const fn without(self, service: Service) -> Services {
        Services(self.0 & !service.bit())
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, other: Services) -> Services {
        Services(self.0 & other.0)
    }

    /// Each of them, in the order of the contract.
    pub fn iter(self) -> impl Iterator<Item = Service> {
        Service::ALL
            .iter()
            .copied()
            .filter(move |service| self.contains(*service))
    }
}

impl FromIterator<Service> for Services {
    fn from_iter<I: IntoIterator<Item = Service>>(all: I) -> Self {
        let mut services = Services::NONE;
        all.into_iter().for_each(|service| services.insert(service));
        services
    }
}

impl Serialize for Services {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Names that this version does not know are left out: the log may be of a newer one.
impl<'de> Deserialize<'de> for Services {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(names.iter().filter_map(|name| Service::from_name(name)).collect())
    }
}
