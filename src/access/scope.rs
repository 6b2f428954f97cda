macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a token may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Scope {
            $($(#[$doc])* $variant,)*
        }

        impl Scope {
            /// Every scope of the contract.
            pub(crate) const ALL: &'static [Scope] = &[$(Scope::$variant,)*];

            /// The name, as in the configuration.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Scope::$variant => $name,)* }
            }
        }
    };
}

scopes! {
    /// Subscribe, and read stored events.
    EventsRead = "events:read",
    /// Read calls.
    CallsRead = "calls:read",
    /// Make, answer, hold, transfer and clear calls.
    CallsControl = "calls:control",
    /// Listen in, coach, barge in.
    CallsSupervise = "calls:supervise",
    /// Record calls.
    CallsRecord = "calls:record",
    /// Attach data to calls.
    UserDataWrite = "userdata:write",
    /// Read agents and queues.
    AgentsRead = "agents:read",
    /// Set the state of agents.
    AgentsControl = "agents:control",
    /// Set do-not-disturb and forwarding.
    DevicesControl = "devices:control",
    /// See the digits that people press.
    DigitsRead = "digits:read",
    /// Everything.
    Admin = "admin",
}

impl Scope {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Scope::ALL.iter().copied().find(|scope| scope.as_str() == name)
    }
}
