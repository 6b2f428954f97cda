//! Calls that began and ended unheard: told as their records have them, each once.
//!
//! Since when and until when nobody heard is noted with the log until its records were read, together with the call that was told
//! last by them: so a bridge that is killed before it read them, or in the middle of telling, asks again and goes on behind that call. Calls that were
//! heard are known by their native ids, where the clock of the switch is not that of the bridge.

use super::{Engine, Group};
use crate::model::{Batch, Call, Entity, Memo, Now, PastFact, Restored, SwitchState, Text, Wall};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};

/// Of how many such times the records may be outstanding; of more the oldest are given up.
const MOST: usize = 16;
/// By how much the two clocks may differ, in milliseconds.
const APART: i64 = 60_000;
/// The most calls that are remembered for it.
const OVER: usize = 10_000;

/// A time in which nobody heard, and of which the records were not read yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Unread {
    from: Wall,
    to: Wall,
    /// The call that was told last by them: they come in the order of their keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Text>,
    #[serde(skip)]
    asked: bool,
}

/// What is noted with the log of the switch.
#[derive(Serialize, Deserialize)]
struct Note {
    unread: VecDeque<Unread>,
}

/// What nobody heard, and what is not to be told again.
#[derive(Default)]
pub(super) struct Missed {
    unread: VecDeque<Unread>,
    /// Of which the records are being told.
    reading: Option<(Wall, Wall)>,
    /// The native ids of calls that ended lately, and when they did.
    over: VecDeque<(Wall, Text)>,
    known: BTreeSet<Text>,
}

impl Missed {
    /// As an earlier run left it.
    pub(super) fn restored(restored: &Restored) -> Self {
        let of_switch = |memo: &&Memo| matches!(memo.entity, Entity::Switch(_));
        let note = restored.memos.iter().find(of_switch);
        let note = note.and_then(|memo| serde_json::from_str::<Note>(memo.note.as_ref()?).ok());
        let mut missed = Missed {
            unread: note.map(|note| note.unread).unwrap_or_default(),
            ..Missed::default()
        };
        missed.unread.truncate(MOST);
        let heard = restored.heard.unwrap_or_default();
        for id in &restored.ended {
            missed.remember(id.clone(), heard, true);
        }
        missed
    }

    /// A call is over that has this native id. What is to be read may tell of those that were over before: they are kept then.
    fn remember(&mut self, id: Text, now: Wall, keep: bool) {
        let keep = keep || !self.unread.is_empty();
        let old = now.as_millis().saturating_sub(APART);
        while let Some((_, id)) = self
            .over
            .pop_front_if(|(ended, _)| !keep && ended.as_millis() < old)
            .or_else(|| (self.over.len() >= OVER).then(|| self.over.pop_front()).flatten())
        {
            self.known.remove(&id);
        }
        if self.known.insert(id.clone()) {
            self.over.push_back((now, id));
        }
    }

    fn note(&self) -> Option<Text> {
        let unread = self.unread.clone();
        let note = (!unread.is_empty()).then_some(Note { unread })?;
        serde_json::to_string(&note).ok().map(Text::from)
    }

    fn read(&mut self) -> Option<&mut Unread> {
        let (from, to) = self.reading?;
        self.unread
            .iter_mut()
            .find(|unread| unread.from == from && unread.to == to)
    }
}

impl Engine {
    /// What nobody heard lies between these times: its records are to be read. Asked for once while the bridge runs, and when it knows what the
    /// switch has: what lives is not to be told as over.
    pub(crate) fn take_missed(&mut self) -> Option<(Wall, Wall)> {
        let up = self.switch.state == SwitchState::Up;
        let unread = self.missed.unread.iter_mut().find(|unread| up && !unread.asked)?;
        unread.asked = true;
        Some((unread.from, unread.to))
    }

    /// The link stands again: nobody heard between these times.
    pub(super) fn miss(&mut self, from: Wall, to: Wall, group: &mut Group) {
        if self.missed.unread.len() >= MOST {
            self.missed.unread.pop_front();
        }
        self.missed.unread.push_back(Unread {
            from,
            to,
            told: None,
            asked: false,
        });
        group.memos.push(self.note_of_missed());
    }

    /// What is reduced from now on are the calls between these times by their records, until [`Engine::end_missed`].
    pub(crate) const fn begin_missed(&mut self, from: Wall, to: Wall) {
        self.missed.reading = Some((from, to));
    }

    /// All of them are told, and not asked for again.
    pub(crate) fn end_missed(&mut self, now: Now) -> Option<Batch> {
        let (from, to) = self.missed.reading.take()?;
        let before = self.missed.unread.len();
        self.missed
            .unread
            .retain(|unread| (unread.from, unread.to) != (from, to));
        if self.missed.unread.len() == before {
            return None;
        }
        let mut group = Group::new(now, None);
        group.memos.push(self.note_of_missed());
        self.batch(group)
    }

    /// What is noted with the log of what was missed.
    pub(super) fn note_of_missed(&self) -> Memo {
        Memo {
            entity: Entity::Switch(self.switch.name.clone()),
            note: self.missed.note(),
        }
    }

    /// A call is over: no record of it is news.
    pub(super) fn remember_over(&mut self, call: &Call, now: Wall) {
        let unheard = self.down.is_some();
        for id in &call.native_ids {
            self.missed.remember(id.clone(), now, unheard);
        }
    }

    /// Tells a call that is over, with the times of its record.
    pub(super) fn past(&mut self, past: PastFact, group: &mut Group) {
        let key = past.call.call.0.clone();
        if self.by_call.contains_key(&past.call.call) || self.missed.known.contains(&key) {
            return;
        }
        if let Some(unread) = self.missed.read() {
            if unread.told.as_ref().is_some_and(|told| *told >= key) {
                return;
            }
            unread.told = Some(key);
            group.memos.push(self.note_of_missed());
        }
        let (time, reconstructed) = (group.time, std::mem::replace(&mut group.reconstructed, true));
        // Nothing can be asked of a call that is over, whatever it is told to have been.
        let offered = std::mem::take(&mut self.offered);
        group.time = past.moves.first().map_or(time, |(first, _)| *first);
        self.know(past.call, group);
        for (moved, fact) in past.moves {
            group.time = moved;
            self.connection(fact, group);
        }
        self.clear_empty(group);
        self.offered = offered;
        (group.time, group.reconstructed) = (time, reconstructed);
    }
}
