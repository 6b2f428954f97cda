use super::event::{Failure, List, Refusal, Reply};
use crate::message::{Kind, Message};
use lineside_wire::RequestId;
use std::collections::BTreeMap;

/// The requests under way, and the list that is being written to us.
#[derive(Debug)]
pub(super) struct Pending {
    requests: BTreeMap<RequestId, Entry>,
    /// The list whose items come now: a session of the switch works on one action after the other and writes a list in one
    /// go, so what comes between its response and its end without a name belongs to it.
    open: Option<RequestId>,
    list_limit: usize,
}

#[derive(Debug)]
enum Entry {
    Waiting {
        list: bool,
    },
    Collecting {
        response: Message,
        items: Vec<Message>,
        bytes: usize,
    },
}

/// What a message meant to the requests.
pub(super) enum Matched {
    /// It ended a request.
    Completed(RequestId, Result<Reply, Failure>),
    /// It is part of an answer that goes on.
    Kept,
    /// It belongs to no request.
    No(Message),
}

impl Pending {
    pub(super) const fn new(list_limit: usize) -> Self {
        Pending {
            requests: BTreeMap::new(),
            open: None,
            list_limit,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.requests.len()
    }

    pub(super) fn insert(&mut self, id: RequestId, list: bool) {
        self.requests.insert(id, Entry::Waiting { list });
    }

    /// Forgets a request. Whether it was under way.
    pub(super) fn remove(&mut self, id: RequestId) -> bool {
        if self.open == Some(id) {
            self.open = None;
        }
        self.requests.remove(&id).is_some()
    }

    /// Forgets all requests.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = RequestId> + use<> {
        self.open = None;
        std::mem::take(&mut self.requests).into_keys()
    }

    /// Whether items of a list may come.
    pub(super) const fn list_is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether `id` is a list whose items come.
    pub(super) fn is_collecting(&self, id: RequestId) -> bool {
        matches!(self.requests.get(&id), Some(Entry::Collecting { .. }))
    }

    /// A response, to `id` if it says so.
    pub(super) fn response(&mut self, id: Option<RequestId>, message: Message) -> Matched {
        let Some(id) = id.or_else(|| self.only_waiting()) else {
            return Matched::No(message);
        };
        let Some(Entry::Waiting { list }) = self.requests.get(&id) else {
            // Off-nominal paths of some actions answer twice (BridgeInfo, Park).
            return Matched::No(message);
        };
        let list = *list || message.get("EventList").is_some_and(|value| value.is("start"));
        if message.name().is("Error") {
            self.remove(id);
            let text = message.with_continuation("Message").unwrap_or_default();
            let text = text.text().text.trim_end().to_owned();
            let refusal = Refusal {
                text,
                response: message,
            };
            return Matched::Completed(id, Err(Failure::Refused(Box::new(refusal))));
        }
        if !list {
            self.remove(id);
            return Matched::Completed(id, Ok(Reply::Response(message)));
        }
        let (items, bytes) = (Vec::new(), 0);
        let collecting = Entry::Collecting {
            response: message,
            items,
            bytes,
        };
        self.requests.insert(id, collecting);
        self.open = Some(id);
        Matched::Kept
    }

    /// An event that names `id`, or names none and has no `Privilege`, which everything that happens has and no item does.
    pub(super) fn item(&mut self, id: Option<RequestId>, message: Message) -> Matched {
        let Some(id) = id.or(self.open) else {
            return Matched::No(message);
        };
        let Some(Entry::Collecting { items, bytes, .. }) = self.requests.get_mut(&id) else {
            return Matched::No(message);
        };
        if !ends_list(&message) {
            *bytes += message.as_bytes().len();
            if *bytes <= self.list_limit {
                items.push(message);
                return Matched::Kept;
            }
            self.remove(id);
            return Matched::Completed(id, Err(Failure::TooLarge(self.list_limit)));
        }
        if self.open == Some(id) {
            self.open = None;
        }
        match self.requests.remove(&id) {
            Some(Entry::Collecting { response, items, .. }) => {
                let end = message;
                let list = List { response, items, end };
                Matched::Completed(id, Ok(Reply::List(Box::new(list))))
            }
            Some(Entry::Waiting { .. }) | None => Matched::No(message),
        }
    }

    /// The one request that has no response yet, if there is one only: then an answer without a name can be for none else.
    fn only_waiting(&self) -> Option<RequestId> {
        let mut waiting = self
            .requests
            .iter()
            .filter(|(_, entry)| matches!(entry, Entry::Waiting { .. }));
        match (waiting.next(), waiting.next()) {
            (Some((id, _)), None) => Some(*id),
            _ => None,
        }
    }
}

/// `EventList: Complete`; before 13.2 not everywhere, but the name tells then. FAXSessions once said `Start`, so case does
/// not count.
fn ends_list(message: &Message) -> bool {
    if let Some(word) = message.get("EventList") {
        return word.is("Complete") || word.is("Cancelled");
    }
    let name = message.name().as_bytes();
    let tail = name.len().checked_sub(b"Complete".len()).and_then(|at| name.get(at..));
    message.kind() == Kind::Event && tail.is_some_and(|tail| tail.eq_ignore_ascii_case(b"Complete"))
}
