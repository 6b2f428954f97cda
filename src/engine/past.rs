//! Calls that began and ended unheard: told as their records have them, each once.

use super::{Engine, Group};
use crate::model::{PastFact, Wall};

impl Engine {
    /// What nobody heard lies between these times, where the link was lost and stands again. Asked for once: so no call is told twice, since
    /// the next such time begins when this one is over. A bridge that has just begun does not know well enough when the one before
    /// it heard the switch last.
    pub(crate) const fn take_missed(&mut self) -> Option<(Wall, Wall)> {
        self.missed.take()
    }

    /// Tells a call that is over, with the times of its record.
    pub(super) fn past(&mut self, past: PastFact, group: &mut Group) {
        if self.by_call.contains_key(&past.call.call) {
            return;
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
