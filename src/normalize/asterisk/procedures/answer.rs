//! What follows from the answer to an action, or from none.

use super::work::{Check, Doing, Step, Work};
use super::{BIRTH, NO_CONTEXTS, Procedures, context, features, native, plan, refused, rights, unmark};
use crate::model::{CommandId, Meaning, Progress, Text};
use crate::normalize::asterisk::Normalizer;
use crate::normalize::asterisk::block::text;
use crate::normalize::asterisk::device::Kept;
use lineside_ami::Message;
use lineside_ami::client::{Failure, Reply};
use lineside_wire::{RequestId, Tick};

impl Procedures {
    /// An action was answered, or was not. True: what may be asked changed.
    pub(in crate::normalize::asterisk) fn completed(
        &mut self,
        now: Tick,
        request: RequestId,
        result: Result<Reply, Failure>,
        normalizer: &mut Normalizer,
    ) -> bool {
        if self.rights_asked == Some(request) {
            self.rights_asked = None;
            self.rights.answered(result.as_ref().ok().map(Reply::response));
            return true;
        }
        let Some((id, step)) = self.asked.remove(&request) else {
            return false;
        };
        let Some(work) = self.at_work.get_mut(&id) else {
            return false;
        };
        work.unanswered = work.unanswered.saturating_sub(1);
        let mut news = false;
        match result {
            Err(Failure::Lost) => {
                unmark(&step, normalizer);
                self.give_up(id, normalizer);
                self.tell(id, Progress::Lost);
                return false;
            }
            Ok(reply) => match &step.check {
                Some(Check::Kept(place)) => work.shown = read_back(place, Some(&reply), normalizer),
                Some(Check::Contexts) => {
                    // No word at all: the module of the function is not loaded, now (16 and 22).
                    let no = reply.response().get("Value").is_some_and(|value| value.is("0"));
                    if no && !self.rights.may(rights::ADD) {
                        work.refused = Some(refused("DIALPLAN_EXISTS", NO_CONTEXTS, Meaning::Right));
                        work.steps.clear();
                        news = self.rights.has_contexts(false);
                    } else if no {
                        // All at once: a command does not wait for half a hundred answers in turn.
                        for action in self.control.iter().flat_map(context::make) {
                            work.unanswered += 1;
                            self.out.push_back((id, Step::act(action, &Text::default())));
                        }
                    }
                }
                Some(check) => work.checked(check, &reply),
                None => {
                    work.acknowledged += 1;
                    self.did(now, id, reply.response(), normalizer);
                }
            },
            Err(Failure::Refused(refusal)) if is_absent(&step, &refusal.text) => {
                if let Some(Check::Kept(place)) = &step.check {
                    work.shown = read_back(place, None, normalizer);
                }
                work.acknowledged += 1;
            }
            // Not to know is no reason not to try.
            Err(Failure::Refused(refusal)) if step.check.is_some() => {
                if native(step.action.name(), &refusal.text).meaning == Meaning::Right {
                    self.rights.deny(step.action.name());
                }
            }
            Err(_) if step.check.is_some() => {}
            Err(Failure::Refused(refusal)) => {
                unmark(&step, normalizer);
                self.facts.extend(normalizer.unheld(&step.leg));
                let native = native(step.action.name(), &refusal.text);
                news = native.meaning == Meaning::Right && self.rights.deny(step.action.name());
                work.refused = Some(native);
                work.steps.clear();
            }
            // The command has been given up by then; what is left of it must not be done behind its back.
            Err(Failure::Timeout | Failure::TooLarge(_)) => {
                unmark(&step, normalizer);
                work.silent = true;
                work.steps.clear();
            }
        }
        if let Some(work) = self.at_work.get_mut(&id)
            && work.began.is_some_and(|began| began + work.within <= now)
            && !work.steps.is_empty()
        {
            work.silent = true;
            work.steps.clear();
        }
        self.go_on(id, Some(now), normalizer);
        news
    }

    /// What follows from a yes.
    fn did(&mut self, now: Tick, id: CommandId, response: &Message, normalizer: &Normalizer) {
        match self.at_work.get(&id).map(|work| &work.doing) {
            Some(Doing::Make(leg)) => {
                let unheard = !normalizer.knows(leg);
                match self.births.get_mut(leg) {
                    // The word that it failed may be here already.
                    Some(birth) if unheard && !birth.failed => birth.until = now + BIRTH,
                    Some(_) if unheard => {}
                    _ => drop(self.births.remove(leg)),
                }
            }
            Some(Doing::Stop(leg)) => {
                let leg = leg.clone();
                self.recorders.remove(&leg);
                if let Some(stop) = self.stops.get_mut(&leg).filter(|stop| stop.command == id) {
                    stop.acknowledged = true;
                }
                self.stopped(&leg, normalizer);
            }
            Some(Doing::Mute(of, on)) => self.facts.push_back(Normalizer::muted(of.clone(), *on)),
            Some(Doing::Record(leg)) => {
                let recorder = text(response, "MixMonitorID");
                self.recorders.retain(|leg, _| normalizer.is_live(leg));
                if let Some(recorder) = recorder.filter(|_| normalizer.is_live(leg)) {
                    self.recorders.insert(leg.clone(), recorder);
                }
            }
            _ => {}
        }
    }
}

impl Work {
    /// What an action that only asks was answered.
    fn checked(&mut self, check: &Check, reply: &Reply) {
        let no = |action, why: &str| Some(refused(action, why, Meaning::Destination));
        match check {
            Check::Contexts => {}
            // No word at all: the module of the function is not loaded, now (16 and 22).
            Check::Number if reply.response().get("Value").is_some_and(|value| value.is("0")) => {
                let why = "there is no such number in the dialplan: nothing was moved";
                self.refused = no("DIALPLAN_EXISTS", why);
                self.steps.clear();
            }
            Check::Number | Check::Kept(_) | Check::Lamp => {}
            Check::Slot(slot) => match plan::lot_of(*slot, reply.items()) {
                Some(lot) => {
                    for step in self.steps.iter_mut().filter(|step| step.action.name() == "Park") {
                        step.action = step.action.clone().header("Parkinglot", lot.as_bytes());
                    }
                }
                None => {
                    self.refused = no("Parkinglots", "no parking lot has this slot: nothing was moved");
                    self.steps.clear();
                }
            },
        }
    }
}

/// Was there nothing to read, or to delete?
fn is_absent(step: &Step, words: &str) -> bool {
    let reads = matches!(step.check, Some(Check::Kept(_))) && words.contains("not found");
    reads || features::was_gone(step.action.name(), words)
}

/// Takes what was read of a telephone. Is it as was asked, and was so before? Else an event tells it, or it is otherwise.
fn read_back(place: &features::Place, reply: Option<&Reply>, normalizer: &mut Normalizer) -> bool {
    let value = match (reply, place.state) {
        (None, _) => None,
        (Some(reply), true) => match reply.response().get("Value").and_then(|value| value.as_str()) {
            Some("NOT_INUSE") => None,
            // Nothing that says how it is: no such function, say.
            None | Some("" | "UNKNOWN" | "INVALID" | "UNAVAILABLE") => return false,
            Some(_) => place.wanted.clone().or_else(|| Some(Text::from("BUSY"))),
        },
        (Some(reply), false) => {
            let entry = reply.items().iter().find(|item| item.is_event("DBGetResponse"));
            entry.and_then(|entry| text(entry, "Val"))
        }
    };
    let fits = match place.kept {
        Kept::DoNotDisturb => value.is_some() == place.wanted.is_some(),
        Kept::Forwarding(_) => value == place.wanted,
    };
    !normalizer.adopt_entry(&place.device, place.kept, value) && fits
}
