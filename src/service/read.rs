//! Reading: from the view, and stored events from the log.

use super::asked;
use super::{Caller, EventsAsked, ListAsked, Refusal, Scope, Service};
use crate::model::{Agent, AgentId, Call, CallId, Device, DeviceId, Queue, Sequence, Switch, SwitchName, Text};
use crate::stream::{Budget, Page};
use crate::stream::{Control, Filter, GapReason, Selection, StoreError, View};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// A page of objects, all true for one `sequence`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct List<T: utoipa::ToSchema> {
    /// The newest event when the page was read.
    sequence: Sequence,
    /// The objects, ordered by id.
    #[schema(value_type = Vec<T>)]
    items: Vec<Arc<T>>,
    /// Ask for the next page with `after=` this; null on the last one.
    next: Option<String>,
}

/// Stored events, from where a reader stands.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) asked: EventsAsked,
    /// Everything up to here was given.
    pub(crate) position: Sequence,
    /// What there is to say before the first event: a gap.
    pub(crate) gap: Option<Control>,
    /// The last event that is given.
    pub(crate) upto: Sequence,
}

/// One kind of object of the view.
trait Object: Sized + utoipa::ToSchema {
    type Id: Ord + Clone;
    fn all(view: &View) -> &BTreeMap<Self::Id, Arc<Self>>;
    fn id(text: &str) -> Option<Self::Id>;
    fn id_text(&self) -> String;
    fn is_shown(&self, selection: &Selection) -> bool;
}

macro_rules! object {
    ($object:ty, $id:ty, $list:ident, $shows:ident, $read:expr, $write:expr) => {
        impl Object for $object {
            type Id = $id;
            fn all(view: &View) -> &BTreeMap<$id, Arc<Self>> {
                &view.$list
            }
            fn id(text: &str) -> Option<$id> {
                ($read)(text)
            }
            fn id_text(&self) -> String {
                ($write)(self)
            }
            fn is_shown(&self, selection: &Selection) -> bool {
                selection.$shows(self)
            }
        }
    };
}

object!(
    Call,
    CallId,
    calls,
    shows_call,
    |t: &str| t.parse().ok().map(CallId),
    |c: &Call| c.id.to_string()
);
object!(
    Device,
    DeviceId,
    devices,
    shows_device,
    |t: &str| Some(DeviceId::from_text(Text::from(t))),
    |d: &Device| { d.id.to_string() }
);
object!(
    Agent,
    AgentId,
    agents,
    shows_agent,
    |t: &str| Some(AgentId::from_text(Text::from(t))),
    |a: &Agent| { a.id.to_string() }
);
object!(
    Queue,
    DeviceId,
    queues,
    shows_queue,
    |t: &str| Some(DeviceId::from_text(Text::from(t))),
    |q: &Queue| { q.id.to_string() }
);
object!(
    Switch,
    SwitchName,
    switches,
    shows_switch,
    |t: &str| SwitchName::try_from(t).ok(),
    |s: &Switch| { s.name.to_string() }
);

impl Service {
    /// Understands a question for a list.
    pub(crate) fn ask_list<'a>(
        &self,
        caller: &Caller,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<ListAsked, Refusal> {
        asked::list(caller, pairs)
    }

    fn list<T: Object>(&self, asked: &ListAsked) -> Result<List<T>, Refusal> {
        let after = match &asked.after {
            None => Bound::Unbounded,
            Some(text) => {
                let id = T::id(text);
                let wrong =
                    || Refusal::invalid("after", format!("`next` of the page before was expected, not {text:?}"));
                Bound::Excluded(id.ok_or_else(wrong)?)
            }
        };
        let (sequence, candidates) = {
            let view = self.stream.view();
            let all = T::all(&view).range((after, Bound::Unbounded));
            (view.head, all.map(|(_, object)| Arc::clone(object)).collect::<Vec<_>>())
        };
        let mut shown = candidates
            .into_iter()
            .filter(|object| object.is_shown(&asked.selection));
        let items: Vec<_> = shown.by_ref().take(asked.limit).collect();
        let next = shown.next().and_then(|_| items.last()).map(|last| last.id_text());
        Ok(List { sequence, items, next })
    }

    fn get<T: Object>(&self, caller: &Caller, id: &str, missing: fn(String) -> Refusal) -> Result<Arc<T>, Refusal> {
        let selection = Selection {
            filter: Filter::default(),
            sight: caller.sight(),
        };
        let found = T::id(id).and_then(|id| T::all(&self.stream.view()).get(&id).cloned());
        found
            .filter(|object| object.is_shown(&selection))
            .ok_or_else(|| missing(id.to_owned()))
    }

    pub(crate) fn calls(&self, caller: &Caller, asked: &ListAsked) -> Result<List<Call>, Refusal> {
        caller.must_have(Scope::CallsRead)?;
        self.list(asked)
    }

    pub(crate) fn call(&self, caller: &Caller, id: &str) -> Result<Arc<Call>, Refusal> {
        caller.must_have(Scope::CallsRead)?;
        self.get(caller, id, Refusal::NoCall)
    }

    pub(crate) fn devices(&self, caller: &Caller, asked: &ListAsked) -> Result<List<Device>, Refusal> {
        caller.must_have(Scope::CallsRead)?;
        self.list(asked)
    }

    pub(crate) fn device(&self, caller: &Caller, id: &str) -> Result<Arc<Device>, Refusal> {
        caller.must_have(Scope::CallsRead)?;
        self.get(caller, id, Refusal::NoDevice)
    }

    pub(crate) fn agents(&self, caller: &Caller, asked: &ListAsked) -> Result<List<Agent>, Refusal> {
        caller.must_have(Scope::AgentsRead)?;
        self.list(asked)
    }

    pub(crate) fn agent(&self, caller: &Caller, id: &str) -> Result<Arc<Agent>, Refusal> {
        caller.must_have(Scope::AgentsRead)?;
        self.get(caller, id, Refusal::NoAgent)
    }

    pub(crate) fn queues(&self, caller: &Caller, asked: &ListAsked) -> Result<List<Queue>, Refusal> {
        caller.must_have(Scope::AgentsRead)?;
        self.list(asked)
    }

    pub(crate) fn queue(&self, caller: &Caller, id: &str) -> Result<Arc<Queue>, Refusal> {
        caller.must_have(Scope::AgentsRead)?;
        self.get(caller, id, Refusal::NoQueue)
    }

    /// Anybody who has a token may know the state of the switches that it may see.
    pub(crate) fn switches(&self, _: &Caller, asked: &ListAsked) -> Result<List<Switch>, Refusal> {
        self.list(asked)
    }

    pub(crate) fn switch(&self, caller: &Caller, id: &str) -> Result<Arc<Switch>, Refusal> {
        self.get(caller, id, Refusal::NoSwitch)
    }

    /// The state of every switch, for who looks after the bridge.
    pub(crate) fn all_switches(&self) -> Vec<Arc<Switch>> {
        self.stream.view().switches.values().cloned().collect()
    }

    /// Begins to read stored events, up to the newest one now.
    pub(crate) async fn stored(&self, asked: EventsAsked) -> Result<Stored, Refusal> {
        let upto = self.head();
        let floor = self.stream.floor();
        let (position, gap) = match asked.start.since {
            None => (floor, None),
            Some(since) => match self.stream.place(since).await? {
                None => (since, None),
                Some(reason) => (floor.max(since.min(upto)), Some(gap(since, floor, upto, reason))),
            },
        };
        Ok(Stored {
            asked,
            position,
            gap,
            upto,
        })
    }

    /// The next page. `end`: there is nothing more. Of a damaged log it tells up to the damage, and then a gap.
    pub(crate) async fn next_page(&self, stored: &mut Stored, budget: Budget) -> Result<Page, Refusal> {
        let selection = Arc::new(stored.asked.selection.clone());
        match self.stream.page(stored.position, stored.upto, budget, selection).await {
            Ok(Ok(page)) => {
                stored.position = page.through;
                Ok(page)
            }
            Err(error @ StoreError::Damaged { .. }) => {
                tracing::error!("a reader of stored events gets a gap: {error}");
                stored.gap = Some(Control::Gap {
                    from: stored.position,
                    to: stored.upto,
                    reason: GapReason::LostTail,
                });
                stored.position = stored.upto;
                Ok(Page {
                    through: stored.upto,
                    end: true,
                    ..Page::default()
                })
            }
            Err(error) => Err(error.into()),
            Ok(Err(reason)) => {
                let floor = self.stream.floor();
                stored.gap = Some(gap(stored.position, floor, stored.upto, reason));
                stored.position = floor;
                Ok(Page {
                    through: floor,
                    ..Page::default()
                })
            }
        }
    }
}

/// What is missing for a reader of stored events: all before the oldest one, or all after the newest.
fn gap(from: Sequence, floor: Sequence, upto: Sequence, reason: GapReason) -> Control {
    let to = if from < floor { floor } else { upto };
    Control::Gap { from, to, reason }
}
