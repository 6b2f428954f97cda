//! Who wants what: finds for each event the queues that it goes to.

use super::queue::Queue;
use super::select::{Key, Selection, is_for_all};
use crate::store::Record;
use dashmap::DashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// One subscriber.
#[derive(Debug)]
pub(super) struct Subscriber {
    /// A client, and not a projection of the bridge itself.
    pub(super) client: bool,
    pub(super) selection: Arc<Selection>,
    pub(super) queue: Queue,
}

/// The subscribers: all, those to whom any event may go, and the others by a key of which their events have one.
#[derive(Debug, Default)]
pub(super) struct Hub {
    all: RwLock<Vec<Arc<Subscriber>>>,
    broad: RwLock<Vec<Arc<Subscriber>>>,
    by_key: DashMap<Key, Vec<Arc<Subscriber>>>,
}

impl Hub {
    pub(super) fn add(&self, subscriber: &Arc<Subscriber>) {
        push(&self.all, subscriber);
        match subscriber.selection.index_keys() {
            None => push(&self.broad, subscriber),
            Some(keys) => {
                for key in keys {
                    self.by_key.entry(key.clone()).or_default().push(Arc::clone(subscriber));
                }
            }
        }
    }

    pub(super) fn remove(&self, subscriber: &Arc<Subscriber>) {
        take(&self.all, subscriber);
        match subscriber.selection.index_keys() {
            None => take(&self.broad, subscriber),
            Some(keys) => {
                for key in keys {
                    if let Some(mut there) = self.by_key.get_mut(key.as_str()) {
                        there.retain(|s| !Arc::ptr_eq(s, subscriber));
                    }
                    self.by_key.remove_if(key.as_str(), |_, there| there.is_empty());
                }
            }
        }
    }

    /// How many clients there are.
    pub(super) fn clients(&self) -> usize {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|subscriber| subscriber.client).count()
    }

    /// Gives the event to who wants it, and says how many were cut by it.
    pub(super) fn publish(&self, record: &Arc<Record>) -> u64 {
        let facets = record.facets();
        let mut cut = 0;
        let mut offer = |subscriber: &Arc<Subscriber>| {
            if subscriber.selection.matches(&facets) && subscriber.queue.push(record) {
                cut += 1;
            }
        };
        if is_for_all(record.kind) {
            self.all
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .iter()
                .for_each(&mut offer);
        } else {
            self.broad
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .iter()
                .for_each(&mut offer);
            if !self.by_key.is_empty() {
                for key in facets.keys() {
                    if let Some(there) = self.by_key.get(key) {
                        there.iter().for_each(&mut offer);
                    }
                }
            }
        }
        cut
    }
}

fn push(list: &RwLock<Vec<Arc<Subscriber>>>, subscriber: &Arc<Subscriber>) {
    list.write()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Arc::clone(subscriber));
}

fn take(list: &RwLock<Vec<Arc<Subscriber>>>, subscriber: &Arc<Subscriber>) {
    list.write()
        .unwrap_or_else(PoisonError::into_inner)
        .retain(|s| !Arc::ptr_eq(s, subscriber));
}
