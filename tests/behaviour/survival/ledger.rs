//! What must be true of a log that several lives of the bridge have written.
use super::picture::Picture;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// An event as somebody got it: which one, and whether it was the same to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub id: String,
    text: u64,
}

/// An event, and what it said.
pub struct Event<'a> {
    pub seen: Seen,
    message: &'a Value,
}

impl<'a> Event<'a> {
    pub fn new(text: &str, message: &'a Value) -> Self {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let id = message["id"].as_str().expect("an id").to_owned();
        Event {
            seen: Seen {
                id,
                text: hasher.finish(),
            },
            message,
        }
    }
}

/// The fold of the log, and what it broke.
#[derive(Default)]
pub struct Ledger {
    pub log: Vec<Seen>,
    /// Everything that is, by the events so far.
    pub now: Picture,
    cleared: BTreeSet<String>,
    /// The group of the last event, what it still owes, and the groups before it.
    group: String,
    owed: BTreeSet<String>,
    groups: BTreeSet<String>,
    /// By the switch's own id of a leg, the connection that it is.
    connections: BTreeMap<String, String>,
    /// By the switch's own id of a call, the call.
    calls: BTreeMap<String, String>,
    pub resyncs: usize,
    pub wrong: Vec<String>,
}

impl Ledger {
    /// Takes the next event of the log. `snapshots` in order: those that are true now are held against the fold.
    pub fn take(&mut self, text: &str, snapshots: &mut std::iter::Peekable<std::slice::Iter<'_, Picture>>) {
        let message: Value = serde_json::from_str(text).expect("JSON");
        let event = Event::new(text, &message);
        let id = event.seen.id.clone();
        self.compare(snapshots, |sequence| sequence < id.as_str());
        if self.log.last().is_some_and(|last| last.id >= id) {
            self.wrong.push(format!("{id} comes behind {:?}", self.log.last()));
        }
        self.grouped(&id, event.message);
        if event.message["data"].get("call").is_some() {
            self.told_of_call(&id, event.message);
        }
        self.now.fold(event.message);
        self.log.push(event.seen);
    }

    /// The end of the log.
    pub fn close(&mut self, snapshots: &mut std::iter::Peekable<std::slice::Iter<'_, Picture>>) {
        self.compare(snapshots, |_| true);
        self.wrong.extend(
            std::mem::take(&mut self.owed)
                .iter()
                .map(|owed| format!("the log ends without {owed}")),
        );
        let begun = self.calls.values().collect::<BTreeSet<_>>();
        let ghosts = begun.into_iter().filter(|call| !self.cleared.contains(*call));
        self.wrong
            .extend(ghosts.map(|call| format!("{call} was never cleared")));
    }

    /// A group is told in one piece, and in full.
    fn grouped(&mut self, id: &str, event: &Value) {
        let group = event["group"].as_str().expect("a group");
        if group != self.group {
            if !self.owed.is_empty() {
                self.wrong
                    .push(format!("the group {} ends without {:?}", self.group, self.owed));
                self.owed.clear();
            }
            let before = std::mem::replace(&mut self.group, group.to_owned());
            self.groups.insert(before);
            if group != id || self.groups.contains(group) {
                self.wrong.push(format!("{id} is not the first of its group {group}"));
            }
        }
        let call = &event["data"]["call"];
        match event["type"].as_str().expect("a type") {
            "lineside.link.up" => _ = self.owed.insert("link.resynced".to_owned()),
            "lineside.link.resynced" => {
                self.owed.remove("link.resynced");
                self.resyncs += 1;
            }
            "lineside.call.cleared" => _ = self.owed.remove(call["id"].as_str().expect("an id")),
            _ if call["connections"].as_array().is_some_and(Vec::is_empty) => {
                self.owed.insert(call["id"].as_str().expect("an id").to_owned());
            }
            _ => {}
        }
    }

    /// A call ends once, and what the switch knows by one id keeps one id of ours.
    fn told_of_call(&mut self, event: &str, message: &Value) {
        let call = &message["data"]["call"];
        let id = call["id"].as_str().expect("an id");
        if self.cleared.contains(id) {
            self.wrong.push(format!("{event}: {id} was cleared already"));
        }
        if message["type"] == "lineside.call.cleared" {
            self.cleared.insert(id.to_owned());
        }
        let mut one = |known: &mut BTreeMap<String, String>, native: &Value, ours: &str| {
            let native = native.as_str().expect("an id");
            let before = known.entry(native.to_owned()).or_insert_with(|| ours.to_owned());
            if before != ours {
                self.wrong.push(format!("{event}: {native} was {before} and is {ours}"));
                ours.clone_into(before);
            }
        };
        for native in call["nativeIds"].as_array().expect("ids") {
            one(&mut self.calls, native, id);
        }
        for connection in call["connections"].as_array().expect("connections") {
            for native in connection["nativeIds"].as_array().expect("ids") {
                one(&mut self.connections, native, connection["id"].as_str().expect("an id"));
            }
        }
    }

    /// Holds the snapshots of which `is_true_now` against the fold.
    fn compare(
        &mut self,
        snapshots: &mut std::iter::Peekable<std::slice::Iter<'_, Picture>>,
        is_true_now: impl Fn(&str) -> bool,
    ) {
        while let Some(snapshot) = snapshots.next_if(|snapshot| is_true_now(&snapshot.sequence)) {
            if self.log.last().is_none_or(|last| last.id != snapshot.sequence) && !self.log.is_empty() {
                self.wrong.push(format!(
                    "a snapshot is true for {}, which the log has not",
                    snapshot.sequence
                ));
            }
            let shown = self.now.shown();
            if snapshot.entities != shown {
                self.wrong.push(format!(
                    "at {} the snapshot is {:#?} and the fold of the log {:#?}",
                    snapshot.sequence, snapshot.entities, shown
                ));
            }
        }
    }
}
