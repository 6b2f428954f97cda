//! What the log tells of the time before this process: read once, at the start.

use super::Inner;
use super::told::{TYPES, Told, What, Whole};
use crate::model::{
    Agent, AgentId, Call, CallState, ConnectionState, EventType, Kind, LinkData, Sequence, Switch, SwitchName,
    SwitchState, Wall,
};
use crate::stream::{Budget, Filter, Selection, Sight, StoreError, Stream, View};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One page of the log.
const PAGE: Budget = Budget {
    entries: 1024,
    bytes: 1 << 20,
};
/// How far before the first window it is looked first for what agents did then, in milliseconds; twice as far each time.
const DAY: i64 = 86_400_000;

/// What the stream showed when the bridge started, before any switch told anything new.
pub(super) struct Before {
    pub(super) head: Sequence,
    agents: BTreeMap<AgentId, Arc<Agent>>,
    switches: BTreeMap<SwitchName, Arc<Switch>>,
    /// Calls in which somebody waits in a queue.
    waiting: Vec<Arc<Call>>,
}

impl Before {
    pub(super) fn of(view: &View) -> Self {
        let waits = |call: &&Arc<Call>| {
            call.state != CallState::Ended
                && call
                    .connections
                    .iter()
                    .any(|c| c.kind == Kind::Queue && c.state == ConnectionState::Queued)
        };
        Before {
            head: view.head,
            agents: view.agents.clone(),
            switches: view.switches.clone(),
            waiting: view.calls.values().filter(waits).cloned().collect(),
        }
    }
}

/// Everything of some types, whoever it is about.
pub(super) fn selection(types: impl IntoIterator<Item = EventType>) -> Selection {
    Selection {
        filter: Filter {
            types: types.into_iter().collect(),
            ..Filter::default()
        },
        sight: Sight::default(),
    }
}

/// Reads the log up to where it ended, and counts what it tells.
pub(super) async fn recover(inner: &Inner, stream: &Stream, before: &Before, now: Wall) -> Result<(), StoreError> {
    let horizon = inner.config.horizon(now);
    let start = stream.before(horizon).await?;
    inner.write().begun = (start > stream.floor()).then_some(horizon);
    look_back(inner, stream, before, horizon, start).await?;
    let types = Arc::new(selection(TYPES.iter().copied()));
    read(stream, start, before.head, &types, |told| inner.write().tell(told)).await?;
    let mut fold = inner.write();
    for call in &before.waiting {
        fold.adopt(&Whole::of(call), now);
    }
    fold.position = fold.position.max(before.head);
    drop(fold);
    Ok(())
}

/// Who was in which state when the first window begins, and which switch was heard: as they still are, where nothing was told of them since;
/// else as the last event before says.
async fn look_back(
    inner: &Inner,
    stream: &Stream,
    before: &Before,
    horizon: Wall,
    start: Sequence,
) -> Result<(), StoreError> {
    let mut wanted = Wanted::default();
    {
        let mut fold = inner.write();
        for (id, agent) in &before.agents {
            if agent.sequence <= start {
                fold.agent(agent, agent.since.min(horizon));
            } else {
                wanted.agents.insert(id.clone());
            }
        }
        for (name, switch) in &before.switches {
            if switch.sequence > start {
                wanted.switches.insert(name.clone());
            } else if switch.state == SwitchState::Down {
                fold.watch(name).down(horizon, horizon);
            } else {
                fold.watch(name).up(Wall::from_millis(i64::MIN));
            }
        }
    }
    let types: Vec<EventType> = TYPES
        .iter()
        .copied()
        .filter(|kind| kind.as_str().starts_with("lineside.agent."))
        .collect();
    let types = Arc::new(selection(types));
    let (mut upto, mut back) = (start, DAY);
    while !wanted.is_empty() && upto > stream.floor() {
        let from = Wall::from_millis(horizon.as_millis().saturating_sub(back));
        let from = stream.before(from).await?;
        let mut found = Found::default();
        read(stream, from, upto, &types, |told| found.keep(told)).await?;
        found.apply(inner, &mut wanted);
        (upto, back) = (from, back.saturating_mul(2));
    }
    Ok(())
}

/// Of whom it is not known yet how they were.
#[derive(Default)]
struct Wanted {
    agents: BTreeSet<AgentId>,
    switches: BTreeSet<SwitchName>,
}

impl Wanted {
    fn is_empty(&self) -> bool {
        self.agents.is_empty() && self.switches.is_empty()
    }
}

/// The last that some time tells of each.
#[derive(Default)]
struct Found {
    agents: BTreeMap<AgentId, (Wall, Box<Agent>)>,
    switches: BTreeMap<SwitchName, (EventType, Wall, Box<LinkData>)>,
}

impl Found {
    fn keep(&mut self, told: Told) {
        match told.what {
            What::Agent(agent) => {
                self.agents.insert(agent.id.clone(), (told.time, agent));
            }
            What::Link(link) if matches!(told.kind, EventType::LinkUp | EventType::LinkDown) => {
                let name = link.switch.name.clone();
                self.switches.insert(name, (told.kind, told.time, link));
            }
            _ => {}
        }
    }

    fn apply(self, inner: &Inner, wanted: &mut Wanted) {
        let mut fold = inner.write();
        for (id, (time, agent)) in self.agents {
            if wanted.agents.remove(&id) {
                fold.agent(&agent, time);
            }
        }
        for (name, (kind, time, link)) in self.switches {
            if wanted.switches.remove(&name) {
                fold.link(kind, &link, time);
            }
        }
    }
}

/// Reads the log after `after` and up to `upto`. What the log has lost meanwhile is passed over.
async fn read(
    stream: &Stream,
    after: Sequence,
    upto: Sequence,
    selection: &Arc<Selection>,
    mut tell: impl FnMut(Told),
) -> Result<(), StoreError> {
    let mut at = after;
    while at < upto {
        let Ok(page) = stream.page(at, upto, PAGE, Arc::clone(selection)).await? else {
            let floor = stream.floor();
            if floor <= at {
                return Ok(());
            }
            at = floor;
            continue;
        };
        for entry in &page.entries {
            match Told::read(&entry.body) {
                Ok(told) => tell(told),
                Err(error) => super::unreadable(entry.id, &error),
            }
        }
        if page.end {
            break;
        }
        at = page.through;
    }
    Ok(())
}
