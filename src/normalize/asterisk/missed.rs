//! Calls that began and ended while nobody listened: told by their records, as little as these say and no more.

use super::Normalizer;
use crate::model::{
    CallFact, CallKey, Cause, ConnectionEvent, ConnectionFact, ConnectionKey, Fact, PastFact, Text, Wall,
};
use crate::normalize::cdr::Row;
use crate::normalize::legs::{Leg, Nature};

/// Why a call ended that nobody answered.
fn cause(disposition: &str) -> Cause {
    match disposition {
        "BUSY" => Cause::Busy,
        "NO ANSWER" => Cause::CallNotAnswered,
        "CONGESTION" => Cause::NetworkCongestion,
        "FAILED" => Cause::DestNotObtainable,
        _ => Cause::NormalClearing,
    }
}

/// The name in `"Alice" <1001>`.
fn name(caller: &str) -> Option<Text> {
    let (_, rest) = caller.split_once('"')?;
    let (name, _) = rest.rsplit_once('"')?;
    (!name.is_empty()).then(|| Text::from(name))
}

impl Normalizer {
    /// The story of one call by its records. None where who called is none of the people: a pair of Local channels, or a record that is not
    /// there.
    pub(super) fn missed(&self, rows: &[&Row]) -> Option<Fact> {
        let first = rows.iter().find(|row| row.unique == row.linked)?;
        let call = CallKey(first.linked.clone());
        if self.legs.iter().any(|leg| leg.hint == first.linked) {
            // It lives, in a part that has no record yet.
            return None;
        }
        let caller = self.party(&first.channel, first, true)?;
        let mut answered: Vec<(&Row, Leg)> = Vec::new();
        for row in rows.iter().filter(|row| row.answer.is_some()) {
            let known = row.called == first.channel || answered.iter().any(|(_, leg)| leg.name == row.called);
            if let Some(leg) = self.party(&row.called, row, false).filter(|_| !known) {
                answered.push((row, leg));
            }
        }
        let cause = if answered.is_empty() {
            cause(&first.disposition)
        } else {
            Cause::NormalClearing
        };
        let of_caller = rows.iter().filter(|row| row.channel == first.channel);
        let end = of_caller.map(|row| row.end).max().unwrap_or(first.end);
        let mut moves = vec![(
            first.start,
            self.past(&caller, &call, ConnectionEvent::Originated, Cause::NewCall),
        )];
        for (row, leg) in &answered {
            let at = row.answer.unwrap_or(row.start);
            moves.push((at, self.past(leg, &call, ConnectionEvent::Established, Cause::NewCall)));
            let cleared = self.past(leg, &call, ConnectionEvent::ConnectionCleared, Cause::NormalClearing);
            moves.push((row.end, cleared));
        }
        moves.push((
            end,
            self.past(&caller, &call, ConnectionEvent::ConnectionCleared, cause),
        ));
        // Stable: who called is there before anybody else, and gone after them.
        moves.sort_by_key(|(time, _): &(Wall, ConnectionFact)| *time);
        let station = matches!(caller.nature, Nature::Party(crate::model::Kind::Station));
        let called = Some(&first.to).filter(|to| !matches!(to.as_str(), "" | "s" | "h" | "i" | "t"));
        let fact = CallFact {
            native_id: Some(first.linked.clone()),
            calling: Some(self.who(&caller).party),
            called: called.map(|number| self.called(number, station)),
            ..CallFact::of(call)
        };
        Some(Fact::Past(Box::new(PastFact { call: fact, moves })))
    }

    /// The leg of a channel that people spoke over.
    fn party(&self, channel: &Text, row: &Row, calls: bool) -> Option<Leg> {
        let nature = self.nature(channel);
        if channel.is_empty() || !matches!(nature, Nature::Party(_)) {
            return None;
        }
        let number = |number: &Text| (!number.is_empty()).then(|| number.clone());
        let mut leg = Leg::new(channel.clone(), channel.clone(), nature);
        leg.calls = calls;
        leg.number = number(if calls { &row.from } else { &row.to });
        leg.caller_name = name(&row.caller).filter(|_| calls);
        Some(leg)
    }

    fn past(&self, leg: &Leg, call: &CallKey, event: ConnectionEvent, cause: Cause) -> ConnectionFact {
        // A channel's name may be used again after a restart of the switch: not with the same call.
        let connection = ConnectionKey(Text::from(format!("{}/{}", call.0, leg.name)));
        self.of_leg(leg, call.clone(), connection, event, cause)
    }
}
