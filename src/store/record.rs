use crate::model::{Sequence, Text};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// One event as it is kept and delivered: encoded once, with what a reader needs to choose it.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) id: Sequence,
    /// The id of the first event of the same fact.
    pub(crate) group: Sequence,
    pub(crate) kind: &'static str,
    /// Empty for events of the bridge itself.
    pub(crate) switch: Text,
    /// What the event is about: one key a line, a letter and an id.
    pub(crate) keys: Box<str>,
    /// When it was received, in milliseconds since 1970: what its age is counted from.
    pub(crate) at: i64,
    pub(crate) body: Bytes,
    /// The event for who may not see digits, where that differs.
    pub(crate) masked: Option<Bytes>,
}

impl Record {
    pub(crate) fn facets(&self) -> Facets<'_> {
        Facets {
            kind: self.kind,
            switch: &self.switch,
            keys: &self.keys,
        }
    }

    pub(crate) fn body_for(&self, masked: bool) -> &Bytes {
        match &self.masked {
            Some(body) if masked => body,
            _ => &self.body,
        }
    }

    /// What the record costs in memory.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.keys.len() + self.body.len() + self.masked.as_ref().map_or(0, Bytes::len)
    }
}

/// What an event is chosen by, without its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facets<'a> {
    pub(crate) kind: &'a str,
    pub(crate) switch: &'a str,
    pub(crate) keys: &'a str,
}

impl<'a> Facets<'a> {
    pub(crate) fn keys(self) -> impl Iterator<Item = &'a str> {
        self.keys.lines()
    }
}

/// Names a live row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowKey {
    pub(crate) kind: &'static str,
    pub(crate) id: Text,
}

/// What becomes of a live row. `None` leaves a part as it is, `Some(None)` takes it away; a row without parts goes.
#[derive(Clone, Debug)]
pub(crate) struct RowChange {
    pub(crate) switch: Text,
    pub(crate) entity: Option<Option<Held>>,
    pub(crate) memo: Option<Option<Text>>,
}

/// An entity as its last event has it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// The event that tells the whole entity: the row only points at it.
    pub(crate) record: Arc<Record>,
    /// What belongs to the entity and is not told in events.
    pub(crate) untold: Option<Bytes>,
}

impl RowChange {
    fn merge(&mut self, newer: RowChange) {
        self.switch = newer.switch;
        if newer.entity.is_some() {
            self.entity = newer.entity;
        }
        if newer.memo.is_some() {
            self.memo = newer.memo;
        }
    }
}

pub(crate) type Rows = BTreeMap<RowKey, RowChange>;

/// Adds `newer` changes to `rows`.
pub(crate) fn merge_rows(rows: &mut Rows, newer: Rows) {
    for (key, change) in newer {
        match rows.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(change);
            }
            Entry::Occupied(mut entry) => entry.get_mut().merge(change),
        }
    }
}

/// What is committed at once: whole groups, and the live rows as they are after them.
#[derive(Debug, Default)]
pub(crate) struct Commit {
    pub(crate) records: Vec<Arc<Record>>,
    pub(crate) rows: Rows,
}

/// A live row as found when the log was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LiveRow {
    pub(crate) kind: String,
    pub(crate) id: Text,
    pub(crate) switch: Text,
    /// The event that tells the entity.
    pub(crate) event: Option<Vec<u8>>,
    pub(crate) untold: Option<Vec<u8>>,
    pub(crate) memo: Option<Text>,
}

/// Why events are missing between where a reader was and what the log can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum GapReason {
    /// They were older than the log keeps.
    Retention,
    /// The end of the log was lost, or the id was never given out.
    LostTail,
    /// The disk failed for longer than memory could hold.
    NotLogged,
    /// The id is older than this log.
    OtherLog,
}

impl GapReason {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            GapReason::Retention => "retention",
            GapReason::LostTail => "lostTail",
            GapReason::NotLogged => "notLogged",
            GapReason::OtherLog => "otherLog",
        }
    }

    pub(super) fn from_str(text: &str) -> Self {
        match text {
            "retention" => GapReason::Retention,
            "notLogged" => GapReason::NotLogged,
            "otherLog" => GapReason::OtherLog,
            _ => GapReason::LostTail,
        }
    }
}

/// Up to where nothing can be read, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Floor {
    pub(crate) id: Sequence,
    pub(crate) reason: GapReason,
}

impl Floor {
    /// Has the log given everything away that it ever got?
    pub(super) const fn is_origin(self) -> bool {
        matches!(self.reason, GapReason::OtherLog | GapReason::LostTail)
    }
}
