//! What is in memory only: everything without a disk, else what the disk did not take yet.

use super::record::{Floor, GapReason, Record};
use crate::model::Sequence;
use std::collections::VecDeque;
use std::sync::Arc;

/// The end of the log that is in memory only.
#[derive(Debug)]
pub(super) struct Tail {
    records: VecDeque<Arc<Record>>,
    weight: usize,
    limit: usize,
    /// Up to here everything is on the disk.
    pub(super) on_disk: Sequence,
    /// Up to here nothing can be read.
    pub(super) floor: Floor,
}

impl Tail {
    pub(super) const fn new(floor: Floor, on_disk: Sequence, limit: usize) -> Self {
        Tail {
            records: VecDeque::new(),
            weight: 0,
            limit,
            on_disk,
            floor,
        }
    }

    /// Takes records in; where they are too many the oldest are lost, and that is so for `reason`.
    pub(super) fn push(&mut self, records: &[Arc<Record>], reason: GapReason) {
        for record in records {
            self.weight += record.weight();
            self.records.push_back(Arc::clone(record));
        }
        // Whole groups go, so that no reader is given a part of one.
        while self.weight > self.limit {
            let Some(group) = self.records.front().map(|r| r.group) else {
                break;
            };
            while let Some(record) = self.records.pop_front_if(|r| r.group == group) {
                self.weight -= record.weight();
                self.floor = Floor { id: record.id, reason };
            }
        }
    }

    /// The disk has everything up to `last`.
    pub(super) fn saved(&mut self, last: Sequence) {
        self.on_disk = self.on_disk.max(last);
        while let Some(record) = self.records.pop_front_if(|r| r.id <= last) {
            self.weight -= record.weight();
        }
    }

    pub(super) fn all(&self) -> Vec<Arc<Record>> {
        self.records.iter().map(Arc::clone).collect()
    }

    pub(super) fn after(&self, id: Sequence) -> impl Iterator<Item = &Arc<Record>> {
        let start = self.records.partition_point(|r| r.id <= id);
        self.records.range(start..)
    }

    /// The last event here that was received before `at`; none where all of them came later.
    pub(super) fn before(&self, at: i64) -> Option<Sequence> {
        let later = self.records.partition_point(|r| r.at < at);
        self.records.get(later.checked_sub(1)?).map(|r| r.id)
    }

    pub(super) fn holds(&self, id: Sequence) -> bool {
        self.records.binary_search_by_key(&id, |r| r.id).is_ok()
    }
}
