//! The queues of the virtual site, and who works there.
use lineside_ami::server::Received;
use lineside_ami::{Message, Outgoing};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The queues of the site.
pub(super) const QUEUES: [&str; 4] = ["hotline", "night", "sales", "support"];
/// Those in which every telephone answers.
const STAFFED: [&str; 2] = ["sales", "support"];

/// Who works where: by queue and interface.
#[derive(Debug, Default)]
pub(super) struct Members(BTreeMap<(String, String), Member>);

/// A member of a queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) state_interface: String,
    /// It came by an action, and can go by one.
    pub(super) dynamic: bool,
    pub(super) penalty: u32,
    pub(super) paused: bool,
    pub(super) reason: String,
    /// Seconds since 1970.
    pub(super) paused_at: i64,
    pub(super) since: i64,
}

impl Members {
    /// These telephones answer where all do, unless they were told of already.
    pub(super) fn staff(&mut self, stations: RangeInclusive<u32>) {
        for station in stations {
            let interface = format!("PJSIP/{station}");
            for queue in STAFFED {
                let there = self.0.entry((queue.to_owned(), interface.clone()));
                there.or_insert_with(|| Member {
                    name: format!("Phone {station}"),
                    state_interface: interface.clone(),
                    ..Member::default()
                });
            }
        }
    }

    pub(super) fn get(&self, queue: &str, interface: &str) -> Option<&Member> {
        self.0.get(&(queue.to_owned(), interface.to_owned()))
    }

    pub(super) fn add(&mut self, queue: &str, interface: &str, member: Member) {
        self.0.insert((queue.to_owned(), interface.to_owned()), member);
    }

    pub(super) fn remove(&mut self, queue: &str, interface: &str) -> Option<Member> {
        self.0.remove(&(queue.to_owned(), interface.to_owned()))
    }

    pub(super) fn change(&mut self, queue: &str, interface: &str, change: impl FnOnce(&mut Member)) {
        if let Some(member) = self.0.get_mut(&(queue.to_owned(), interface.to_owned())) {
            change(member);
        }
    }

    /// The queues in which the interface is a member; one of them only, where it is named.
    pub(super) fn queues(&self, interface: &str, queue: &str) -> Vec<String> {
        let fits = |(at, who): &&(String, String)| who == interface && (queue.is_empty() || at == queue);
        self.0.keys().filter(fits).map(|(queue, _)| queue.clone()).collect()
    }

    /// Takes what an event of a member says.
    pub(super) fn fold(&mut self, message: &Message) {
        let text = |key: &str| {
            let value = message.get(key);
            value.map(|value| value.text().text.into_owned()).unwrap_or_default()
        };
        let number = |key: &str| text(key).parse().unwrap_or(0);
        let (queue, interface) = (text("Queue"), text("Interface"));
        if message.is_event("QueueMemberRemoved") {
            self.remove(&queue, &interface);
            return;
        }
        let member = Member {
            name: text("MemberName"),
            state_interface: text("StateInterface"),
            dynamic: text("Membership") == "dynamic",
            penalty: text("Penalty").parse().unwrap_or(0),
            paused: text("Paused") == "1",
            reason: text("PausedReason"),
            paused_at: number("LastPause"),
            since: number("LoginTime"),
        };
        self.add(&queue, &interface, member);
    }

    /// The list that an application asks for.
    pub(super) fn list(&self, action: &Received) -> Vec<Outgoing> {
        let mut items = Vec::new();
        for queue in QUEUES {
            items.push(
                action
                    .item("QueueParams")
                    .header("Queue", queue)
                    .header("Max", "0")
                    .header("Strategy", "linear"),
            );
            for ((_, interface), member) in self.0.iter().filter(|((at, _), _)| at == queue) {
                let item = action.item("QueueMember").header("Queue", queue);
                let item = item.header("Name", &member.name).header("Location", interface);
                items.push(member.rest(item));
            }
        }
        items
    }
}

impl Member {
    /// What all events of a member have in common (22).
    pub(super) fn tell(&self, event: Outgoing, queue: &str, interface: &str) -> Outgoing {
        let event = event.header("Queue", queue).header("MemberName", &self.name);
        self.rest(event.header("Interface", interface))
    }

    fn rest(&self, message: Outgoing) -> Outgoing {
        let flag = |on: bool| if on { "1" } else { "0" };
        message
            .header("StateInterface", &self.state_interface)
            .header("Membership", if self.dynamic { "dynamic" } else { "static" })
            .header("Penalty", self.penalty.to_string())
            .header("CallsTaken", "0")
            .header("LastCall", "0")
            .header("LastPause", self.paused_at.to_string())
            .header("LoginTime", self.since.to_string())
            .header("InCall", "0")
            .header("Status", "1")
            .header("Paused", flag(self.paused))
            .header("PausedReason", &self.reason)
            .header("Ringinuse", "0")
            .header("Wrapuptime", "0")
    }
}
