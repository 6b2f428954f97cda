//! Channels end, and what ends with them.
use super::super::channel::Dial;
use super::World;
use super::phones::cause_text;

impl World {
    /// Who is at the end of a channel hangs up.
    pub(super) fn party_hangs_up(&mut self, id: &str) {
        if self.live(id).is_some() {
            self.tell("HangupRequest", id, &[("Cause", "16")]);
            self.end(id, 16);
        }
    }

    /// The switch itself ends a channel: the dialplan has nothing more for it.
    pub(super) fn ends_by_itself(&mut self, id: &str, cause: u16) {
        if self.live(id).is_some() {
            self.executes(id, "Hangup", &cause.to_string());
            self.tell("SoftHangupRequest", id, &[("Cause", "16")]);
            self.end(id, cause);
        }
    }

    /// A channel ends, with everything that was only for it.
    pub(super) fn end(&mut self, id: &str, cause: u16) {
        if self.live(id).is_none() {
            return;
        }
        self.closing.insert(id.to_owned());
        let waiting = self.waiting_for(id);
        let waited = self.waited_for(id);
        self.leaves_room(id);
        let others = self.dissolve(id);
        let dialled: Vec<String> = self.dialled(id).cloned().collect();
        for other in &dialled {
            self.tell_two("DialEnd", &[("", id), ("Dest", other)], &[("DialStatus", "CANCEL")]);
            self.change(other, |other| other.dial = Dial::Not);
        }
        self.leaves_queue(id, None);
        let caller = self.not_reached(id, cause);
        if self.state.is_parked(id) {
            self.tell_parkee("ParkedCallGiveUp", id);
        }
        let listeners = self.listens_no_more(id);
        let code = cause.to_string();
        self.tell("Hangup", id, &[("Cause", &code), ("Cause-txt", cause_text(cause))]);
        self.originated_fails(id, cause);
        let ended = self.state.remove(id);
        self.closing.remove(id);
        dialled.iter().for_each(|other| self.end(other, 0));
        listeners.iter().for_each(|other| self.end(other, 16));
        if let Some(pair) = ended.and_then(|channel| channel.pair) {
            self.end(&pair, cause);
        }
        others.iter().for_each(|other| self.left_alone(other));
        waiting.iter().chain(&waited).for_each(|other| self.end(other, 16));
        if let Some(caller) = caller {
            self.tries_on(&caller, cause);
        }
    }

    /// Who was dialled ends, before it answered or after. Says for whom it was.
    fn not_reached(&mut self, id: &str, cause: u16) -> Option<String> {
        let channel = self.state.channels.get(id)?;
        let caller = match channel.dial.clone() {
            Dial::Live(caller) => caller,
            // It answered, and they may not have met yet.
            Dial::Answered(caller) => return caller,
            Dial::Not => return None,
        };
        let status = match cause {
            17 => "BUSY",
            34 | 42 => "CONGESTION",
            _ => "NOANSWER",
        };
        let by = caller.clone().unwrap_or_default();
        self.tell_two("DialEnd", &[("", &by), ("Dest", id)], &[("DialStatus", status)]);
        caller
    }

    /// Whom a channel dialled could not be reached. Who waits in a queue waits on, anybody else has nowhere to go.
    fn tries_on(&mut self, caller: &str, cause: u16) {
        let Some(channel) = self.live(caller) else { return };
        if channel.queue.is_none() && !channel.sent && self.dialled(caller).next().is_none() && channel.bridge.is_none()
        {
            self.ends_by_itself(caller, if cause == 0 { 16 } else { cause });
        }
    }

    /// The caller leaves the queue: to the agent who answered, or because it does not wait any more.
    pub(super) fn leaves_queue(&mut self, id: &str, agent: Option<&str>) {
        let queue = self.state.channels.get_mut(id).and_then(|channel| channel.queue.take());
        let Some(queue) = queue else { return };
        if agent.is_none() {
            let more = [
                ("Queue", &*queue),
                ("Position", "1"),
                ("OriginalPosition", "1"),
                ("HoldTime", "1"),
            ];
            self.tell("QueueCallerAbandon", id, &more);
        }
        self.tell(
            "QueueCallerLeave",
            id,
            &[("Queue", &queue), ("Position", "1"), ("Count", "0")],
        );
        self.state.left_queue(id);
        if let Some(agent) = agent {
            self.tell_two("AgentConnect", &[("", id), ("Dest", agent)], &[("Queue", &queue)]);
        }
    }

    pub(super) fn leaves_room(&mut self, id: &str) {
        let room = self.state.channels.get_mut(id).and_then(|channel| channel.room.take());
        if let Some(room) = room {
            self.tell("ConfbridgeLeave", id, &[("Conference", &room), ("Admin", "No")]);
        }
    }

    pub(super) fn tell_parkee(&mut self, name: &str, id: &str) {
        self.tell_two(name, &[("Parkee", id)], &[]);
    }
}
