//! Holding by the switch, consulting, and what comes of it, on a telephone with one channel: legs are sent into the contexts of
//! [`super::context`] by `Redirect`, which moves two of them at once (`ExtraChannel`). Each plan is one move, but for the conference.

use super::context::{ALONE, BACK, DIAL, HOLD, LEAVE, ROOM, TALK, TO, TURN, question};
use super::plan::{action, asks, exists};
use super::{Check, Doing, Plan, Step};
use crate::model::{Ask, CallKey, ConnectionKey, Denial, Progress, Text};
use crate::normalize::asterisk::Normalizer;
use crate::normalize::legs::{Asked, Leg, Nature, Phase, Spot};
use crate::profile::Control;
use lineside_ami::Action;

/// Who is sent where.
struct Move<'a> {
    leg: &'a str,
    context: &'a str,
    exten: &'a str,
}

/// What to do. `unique` is drawn anew for each.
pub(super) fn plan(
    ask: &Ask,
    control: &Control,
    normalizer: &mut Normalizer,
    unique: &str,
    checks: bool,
) -> Result<Plan, Progress> {
    let (Ask::Hold { connection, .. }
    | Ask::Retrieve { connection, .. }
    | Ask::Consult { connection, .. }
    | Ask::Alternate { active: connection, .. }
    | Ask::Reconnect { active: connection, .. }
    | Ask::Transfer { active: connection, .. }
    | Ask::Conference { active: connection, .. }) = ask
    else {
        return Err(denied("this is done otherwise"));
    };
    let id = normalizer.leg_of(connection);
    let nobody = || denied("the two are in no bridge of their own: others are in it, or nobody is");
    let peer = || normalizer.peer_of(&id).ok_or_else(nobody);
    let waits = || {
        let waits = normalizer.waits_for_leg(&id);
        waits.ok_or_else(|| denied("nobody waits for this telephone any more"))
    };
    let alone = Move {
        leg: &id,
        context: ALONE,
        exten: "s",
    };
    let mut steps = Vec::new();
    let mut expect = None;
    match ask {
        Ask::Hold { .. } => {
            let peer = peer()?;
            steps.push(held_is(&id, &peer));
            steps.push(send(&alone, Some(&hold(&peer, &id))));
        }
        Ask::Retrieve { .. } => steps.push(send(&back(&id, &waits()?), None)),
        Ask::Consult { to, .. } => {
            let to = normalizer.dials(to)?;
            // Of several the others talk on.
            let others = normalizer.others_of(&id);
            let (waits, exten) = match others {
                Others::Room(room) => (None, Text::from(format!("{room}{TO}{to}"))),
                Others::One(peer) => (Some(peer), to.clone()),
                Others::Nobody => return Err(nobody()),
            };
            steps.extend(checks.then(|| exists(control, &to)));
            steps.extend(waits.as_ref().map(|peer| held_is(&id, peer)));
            // Who is called is shown who calls, and not what this telephone was called by.
            steps.extend(
                normalizer
                    .shown(&id)
                    .map(|number| variable(&id, "CALLERID(num)", &number)),
            );
            let dial = Move {
                leg: &id,
                context: if waits.is_some() { DIAL } else { LEAVE },
                exten: &exten,
            };
            let key = normalizer
                .reserves(&id)
                .ok_or_else(|| denied("the telephone is gone"))?;
            steps.push(Step {
                asked: Some(Asked::Consult(key.clone())),
                ..send(&dial, waits.as_ref().map(|peer| hold(peer, &id)).as_ref())
            });
            let call = CallKey(key.0.clone());
            expect = Some(Progress::Expect { connection: key, call });
        }
        Ask::Alternate { .. } => {
            let (peer, other) = (peer()?, waits()?);
            let turn = Move {
                leg: &id,
                context: TURN,
                exten: &other,
            };
            steps.push(held_is(&id, &peer));
            steps.push(send(&hold(&peer, &id), Some(&turn)));
        }
        Ask::Reconnect { .. } => {
            steps.push(match normalizer.room_beside(&id) {
                Some(room) => back_to(&id, &room),
                None => Step {
                    asked: Some(Asked::Drop),
                    ..send(&back(&id, &waits()?), None)
                },
            });
        }
        Ask::Transfer { .. } => {
            let peer = normalizer
                .far_of(&id)
                .ok_or_else(|| denied("nobody is there to whom it could be transferred"))?;
            steps.push(send(&back(&waits()?, &peer), None));
        }
        Ask::Conference { .. } => {
            let peer = normalizer
                .far_of(&id)
                .ok_or_else(|| denied("nobody is there to confer with"))?;
            let known = normalizer.room_beside(&id);
            let fresh = Text::from(unique);
            let room = known.clone().unwrap_or(fresh);
            let into = |leg| Move {
                leg,
                context: ROOM,
                exten: &room,
            };
            steps.push(send(&into(&id), Some(&into(&peer))));
            if known.is_none() {
                steps.push(send(&into(&waits()?), None));
            }
        }
        _ => {}
    }
    let contexts = checks.then(|| asks(&question(control), Check::Contexts));
    Ok(Plan {
        steps: contexts.into_iter().chain(steps).collect(),
        expect,
        ..Plan::new(Doing::Several)
    })
}

/// How a leg that serves two calls leaves one of them. `None`: it serves one.
pub(super) fn leave(connection: &ConnectionKey, normalizer: &Normalizer) -> Option<Step> {
    let id = normalizer.leg_of(connection);
    if let Some(room) = normalizer.room_beside(&id).filter(|_| normalizer.is_active(connection)) {
        return Some(back_to(&id, &room));
    }
    let with = normalizer.waits_beside(&id)?;
    if normalizer.is_active(connection) {
        // The call that was put aside is taken back: nobody could do that at the telephone.
        return Some(Step {
            asked: Some(Asked::Drop),
            ..send(&back(&id, &with), None)
        });
    }
    let hang_up = action("Hangup", &with).header("Cause", "16");
    Some(Step {
        asked: Some(Asked::Clear),
        ..Step::act(hang_up, &with)
    })
}

fn denied(why: &str) -> Progress {
    Progress::Denied(Denial::State(Text::from(why)))
}

const fn hold<'a>(leg: &'a str, holder: &'a str) -> Move<'a> {
    Move {
        leg,
        context: HOLD,
        exten: holder,
    }
}

const fn back<'a>(leg: &'a str, to: &'a str) -> Move<'a> {
    Move {
        leg,
        context: TALK,
        exten: to,
    }
}

/// Who left a room goes back there.
fn back_to(leg: &str, room: &str) -> Step {
    let back = Move {
        leg,
        context: BACK,
        exten: room,
    };
    Step {
        asked: Some(Asked::Drop),
        ..send(&back, None)
    }
}

/// Who waits is noted at the leg for which it waits: the dialplan looks there when that comes back, or ends.
fn held_is(leg: &Text, held: &str) -> Step {
    variable(leg, "LINESIDE_HELD", held)
}

fn variable(leg: &Text, name: &str, value: &str) -> Step {
    let set = action("Setvar", leg)
        .header("Variable", name)
        .header("Value", value.as_bytes());
    Step::act(set, leg)
}

fn send(one: &Move<'_>, other: Option<&Move<'_>>) -> Step {
    let mut redirect: Action = action("Redirect", one.leg)
        .header("Context", one.context)
        .header("Exten", one.exten.as_bytes())
        .header("Priority", "1");
    if let Some(other) = other {
        redirect = redirect
            .header("ExtraChannel", other.leg.as_bytes())
            .header("ExtraContext", other.context)
            .header("ExtraExten", other.exten.as_bytes())
            .header("ExtraPriority", "1");
    }
    Step::act(redirect, &Text::from(one.leg))
}

/// With whom a leg talks.
enum Others {
    Nobody,
    One(Text),
    /// Several, in a room of ours.
    Room(Text),
}

impl Normalizer {
    fn others_of(&self, id: &str) -> Others {
        if let Some(peer) = self.peer_of(id) {
            return Others::One(peer);
        }
        match self.legs.get(id).map(Leg::spot) {
            Some(Spot::Room { room, .. }) => Others::Room(room.clone()),
            _ => Others::Nobody,
        }
    }

    /// The leg that talks with this one: another party, or the half of a Local pair.
    fn peer_of(&self, id: &str) -> Option<Text> {
        let peer = self.legs.peer(id).or_else(|| self.met_soon(id));
        peer.map(|leg| leg.id.clone())
    }

    /// The one other who talks in the call of a leg, though not seen in one bridge with it: they are on their way there, or the bridge came
    /// late.
    fn met_soon(&self, id: &str) -> Option<&Leg> {
        let leg = self.legs.get(id)?;
        let others = self.legs.live(leg.call.as_ref()?).filter(|other| other.id != leg.id);
        let mut others = others.filter(|other| other.phase == Phase::Up && other.is_party());
        let only = others.next()?;
        others.next().is_none().then_some(only)
    }

    /// The same; the party behind Local pairs, where it talks already.
    fn far_of(&self, id: &str) -> Option<Text> {
        let Some(near) = self.legs.peer(id) else {
            return self.met_soon(id).map(|leg| leg.id.clone());
        };
        let mut far = near;
        let mut seen = vec![&*near.id];
        while far.nature == Nature::Half {
            let behind = far.pair.as_deref().and_then(|pair| self.legs.peer(pair));
            match behind.filter(|leg| !seen.contains(&&*leg.id)) {
                Some(leg) => far = leg,
                None => return Some(near.id.clone()),
            }
            seen.push(&far.id);
        }
        Some(far.id.clone())
    }

    /// Who waits for a leg.
    fn waits_for_leg(&self, id: &str) -> Option<Text> {
        let waits = |leg: &&Leg| leg.holding && matches!(leg.spot(), Spot::WaitsFor(holder) if **holder == *id);
        let waits = self.legs.iter().find(waits).map(|leg| leg.id.clone());
        // On its way to or from there.
        let known = || {
            let leg = self.legs.get(id)?;
            match leg.aside() {
                Some(aside) => aside.with.clone().filter(|with| self.legs.get(with).is_some()),
                None => self.met_soon(id).map(|leg| leg.id.clone()),
            }
        };
        waits.or_else(known)
    }

    /// Who waits in the call that a leg put aside. `None`: it put none aside.
    fn waits_beside(&self, id: &str) -> Option<Text> {
        self.legs.get(id)?.aside()?;
        self.waits_for_leg(id)
    }

    /// Is this the connection in which its leg talks?
    fn is_active(&self, connection: &ConnectionKey) -> bool {
        self.legs.owner(connection).is_some_and(|leg| leg.key() == *connection)
    }

    /// The room of ours in which others talk on without a leg.
    fn room_beside(&self, id: &str) -> Option<Text> {
        let aside = self.legs.get(id)?.aside()?;
        self.legs.of(&aside.call).find_map(|leg| match leg.spot() {
            Spot::Room { room, .. } => Some(room.clone()),
            _ => None,
        })
    }

    /// Does the switch hold for this connection?
    pub(super) fn rests(&self, connection: &ConnectionKey) -> bool {
        self.legs.owner(connection).is_some_and(|leg| leg.rests)
    }

    /// The number by which a telephone is shown that was called by another one, maybe.
    fn shown(&self, id: &str) -> Option<Text> {
        let leg = self.legs.get(id).filter(|leg| !leg.calls)?;
        Some(Text::from(leg.endpoint()))
    }

    /// The key of the connection that a leg is to have to a call that it will make.
    fn reserves(&mut self, id: &str) -> Option<ConnectionKey> {
        Some(self.legs.get_mut(id)?.next_key())
    }
}
