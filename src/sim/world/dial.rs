//! Somebody is dialled, rings, and answers or not.
use super::super::channel::{DOWN, Dial, NOBODY, RINGING, UP};
use super::phones::{Habit, habit};
use super::plan::Way;
use super::{Turn, World};
use std::time::Duration;

/// How long the dialplan lets somebody ring.
const RING_FOR: Duration = Duration::from_secs(30);

impl World {
    /// The dialplan goes on with a channel: it dials whom the extension stands for.
    pub(super) fn goes(&mut self, id: &str) {
        if self.live(id).is_none_or(|channel| channel.bridge.is_some()) {
            return;
        }
        if self.dialled(id).next().is_some() || self.goes_aside(id) {
            return;
        }
        let Some(channel) = self.live(id) else { return };
        let (exten, sent) = (channel.get("Exten").to_owned(), channel.sent);
        self.change(id, |channel| channel.sent = false);
        match super::plan::way(&exten) {
            Way::Station(number) => {
                self.executes(id, "Dial", &format!("PJSIP/{number},30"));
                self.dial(id, &number, &number, &number);
            }
            Way::Outside(number) => {
                self.executes(id, "Dial", &format!("PJSIP/{number}@trunk,30"));
                self.dial(id, "trunk", &format!("{number}@trunk"), &exten);
            }
            Way::Goto(exten) => {
                self.executes(id, "Goto", &format!("stations,{exten},1"));
                self.change(id, |channel| {
                    channel.set("Context", "stations");
                    channel.set("Exten", &exten);
                });
                self.goes(id);
            }
            Way::Nowhere if sent => self.ends_by_itself(id, 3),
            Way::Nowhere => self.listens(id),
        }
    }

    /// A recorded caller whose extension only the lab's dialplan has: a machine speaks to it.
    pub(super) fn listens(&mut self, id: &str) {
        self.executes(id, "Answer", "");
        if self.live(id).is_some_and(|channel| channel.state() != UP) {
            self.change(id, |channel| channel.set_state(UP));
            self.tell("Newstate", id, &[]);
        }
        self.executes(id, "Playback", "demo-congrats");
        self.later(self.pace.talk, Turn::HangUp(id.to_owned()));
    }

    pub(super) fn executes(&mut self, id: &str, application: &str, data: &str) {
        self.change(id, |channel| {
            (channel.application, channel.data) = (application.to_owned(), data.to_owned());
        });
        let exten = self
            .state
            .channels
            .get(id)
            .map(|channel| channel.get("Exten").to_owned());
        let exten = exten.unwrap_or_default();
        let more = [("Extension", &*exten), ("Application", application), ("AppData", data)];
        self.tell("Newexten", id, &more);
    }

    /// A new channel to an endpoint, for `caller` or for nobody, with an id of its own or a given one.
    pub(super) fn new_channel(
        &mut self,
        endpoint: &str,
        number: &str,
        caller: Option<&str>,
        given: Option<&str>,
    ) -> String {
        self.counters.uniqueid += 1;
        self.counters.channel += 1;
        let name = format!("PJSIP/{endpoint}-{:08x}", self.counters.channel);
        let own = format!("{}.{}", self.counters.boot, self.counters.uniqueid);
        let id = given.map_or(own, str::to_owned);
        let hint = caller.and_then(|caller| self.state.channels.get(caller));
        let hint = hint.map_or(id.clone(), |caller| caller.get("Linkedid").to_owned());
        let (known, context) = match endpoint {
            "trunk" => (NOBODY.to_owned(), "from-trunk"),
            station => (format!("Phone {station}"), "internal"),
        };
        let channel = self.state.add(&id);
        channel.set_state(DOWN);
        let block = [
            ("Channel", &*name),
            ("CallerIDNum", number),
            ("CallerIDName", &*known),
            ("ConnectedLineNum", NOBODY),
            ("ConnectedLineName", NOBODY),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", context),
            ("Exten", "s"),
            ("Priority", "1"),
            ("Uniqueid", &*id),
            ("Linkedid", &*hint),
        ];
        block.iter().for_each(|(key, value)| channel.set(key, value));
        self.tell("Newchannel", &id, &[]);
        id
    }

    /// A channel dials an endpoint. `number` is what its telephone is known by.
    fn dial(&mut self, caller: &str, endpoint: &str, dialled: &str, number: &str) {
        if self.state.channels.len() >= Self::CHANNELS {
            return self.ends_by_itself(caller, 34);
        }
        let id = self.new_channel(endpoint, number, Some(caller), None);
        let from = self.state.channels.get(caller).map(|caller| {
            let exten = caller.get("Exten").to_owned();
            (
                exten,
                caller.get("CallerIDNum").to_owned(),
                caller.get("CallerIDName").to_owned(),
            )
        });
        let (exten, from_number, from_name) = from.unwrap_or_default();
        self.change(&id, |channel| {
            channel.set("Exten", &exten);
            channel.set("ConnectedLineNum", &from_number);
            channel.set("ConnectedLineName", &from_name);
            channel.dial = Dial::Live(Some(caller.to_owned()));
        });
        self.executes(&id, "AppDial", "(Outgoing Line)");
        self.tell("NewConnectedLine", &id, &[]);
        let channels = [("", caller), ("Dest", &*id)];
        self.tell_two("DialBegin", &channels, &[("DialString", dialled)]);
        self.change(caller, |caller| caller.set("ConnectedLineNum", number));
        self.tell("NewConnectedLine", caller, &[]);
        self.expect(&id, number);
        self.later(RING_FOR, Turn::GiveUp(id));
    }

    /// What the telephone that is called is going to do.
    pub(super) fn expect(&mut self, id: &str, number: &str) {
        let turn = match habit(number) {
            Habit::Fails(cause) => Turn::Refuse(id.to_owned(), cause),
            Habit::Answers | Habit::RingsOnly | Habit::Refuses => Turn::Ring(id.to_owned()),
        };
        self.later(self.pace.ring, turn);
    }

    /// Whom a channel has dialled and who did not answer yet.
    pub(super) fn dialled<'a>(&'a self, caller: &'a str) -> impl Iterator<Item = &'a String> {
        let of = move |dial: &Dial| matches!(dial, Dial::Live(Some(by)) if by == caller);
        let live = self.state.channels.iter();
        live.filter(move |(id, channel)| of(&channel.dial) && !self.closing.contains(*id))
            .map(|(id, _)| id)
    }

    pub(super) fn rings(&mut self, id: &str) {
        let Some(channel) = self.live(id).filter(|channel| channel.state() < RINGING) else {
            return;
        };
        let (Dial::Live(caller), number) = (channel.dial.clone(), channel.get("CallerIDNum").to_owned()) else {
            return;
        };
        let number = if channel.endpoint() == "trunk" {
            number
        } else {
            channel.endpoint().to_owned()
        };
        let is_half = channel.is_half();
        self.change(id, |channel| channel.set_state(RINGING));
        self.tell("Newstate", id, &[]);
        let by = caller.as_deref().unwrap_or_default();
        if self
            .originated
            .get_mut(id)
            .is_some_and(|originated| !std::mem::replace(&mut originated.begun, true))
        {
            self.tell_two("DialBegin", &[("Dest", id)], &[("DialString", &number)]);
        }
        self.tell_two("DialState", &[("", by), ("Dest", id)], &[("DialStatus", "RINGING")]);
        // What is behind a Local channel rings for whoever is before it.
        let before = self
            .live(by)
            .filter(|caller| caller.is_half())
            .and_then(|half| half.pair.clone());
        if let Some(before) = before {
            self.rings(&before);
        }
        if !is_half {
            self.picks_up(id, &number);
        }
    }

    /// What becomes of a telephone that rings.
    pub(super) fn picks_up(&mut self, id: &str, number: &str) {
        let at_once = self.originated.get(id).is_some_and(|originated| originated.at_once);
        let wait = if at_once { Self::SOON } else { self.pace.answer };
        match habit(number) {
            Habit::RingsOnly => {}
            Habit::Refuses => self.later(wait, Turn::Refuse(id.to_owned(), 21)),
            Habit::Answers | Habit::Fails(_) => self.later(wait, Turn::Answer(id.to_owned())),
        }
    }

    /// Somebody answers: others who rang with it stop, and the two talk.
    pub(super) fn answers(&mut self, id: &str) {
        let Some(Dial::Live(caller)) = self.live(id).map(|channel| channel.dial.clone()) else {
            return;
        };
        if self.live(id).is_some_and(|channel| channel.state() != UP) {
            self.change(id, |channel| channel.set_state(UP));
            self.tell("Newstate", id, &[]);
        }
        self.change(id, |channel| {
            channel.dial = Dial::Answered(caller.clone());
            channel.set("Exten", "");
        });
        let by = caller.clone().unwrap_or_default();
        self.tell_two("DialEnd", &[("", &by), ("Dest", id)], &[("DialStatus", "ANSWER")]);
        let Some(caller) = caller else {
            return self.originated_answers(id);
        };
        for other in self.dialled(&caller).cloned().collect::<Vec<_>>() {
            let channels = [("", &*caller), ("Dest", &*other)];
            self.tell_two("DialEnd", &channels, &[("DialStatus", "CANCEL")]);
            self.change(&other, |other| other.dial = Dial::Not);
            self.end(&other, 26);
        }
        if self.live(&caller).is_some_and(|caller| caller.state() != UP) {
            self.change(&caller, |caller| caller.set_state(UP));
            self.tell("Newstate", &caller, &[]);
        }
        self.leaves_queue(&caller, Some(id));
        self.meets(id);
        // What is behind a Local channel answers for whoever is before it.
        let before = self
            .live(&caller)
            .filter(|caller| caller.is_half())
            .and_then(|half| half.pair.clone());
        if let Some(before) = before {
            self.answers(&before);
        }
    }

    /// A telephone says no.
    pub(super) fn refuses(&mut self, id: &str, cause: u16) {
        let dialled = |dial: &Dial| matches!(dial, Dial::Live(_));
        if self
            .live(id)
            .is_some_and(|channel| dialled(&channel.dial) && channel.state() < UP)
        {
            if self
                .originated
                .get_mut(id)
                .is_some_and(|originated| !std::mem::replace(&mut originated.begun, true))
            {
                self.tell_two("DialBegin", &[("Dest", id)], &[]);
            }
            self.tell("HangupRequest", id, &[("Cause", &cause.to_string())]);
            self.end(id, cause);
        }
    }

    /// Nobody answered in time.
    pub(super) fn given_up(&mut self, id: &str) {
        let dialled = |dial: &Dial| matches!(dial, Dial::Live(_));
        if self
            .live(id)
            .is_some_and(|channel| dialled(&channel.dial) && channel.state() < UP)
        {
            self.end(id, 0);
        }
    }
}
