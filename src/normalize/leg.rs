//! One leg: what it is, what it does, where it stands, and what of it was told.

use crate::model::{CallKey, Cause, ConnectionEvent, ConnectionKey, DeviceId, Kind, Participation, Presentation, Text};
use lineside_wire::Tick;

/// What a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// Somebody is or may be at its end: a phone, or a line to outside.
    Party(Kind),
    /// One half of a Local pair: it only ties two places together.
    Half,
    /// A helper of the switch.
    Hidden,
}

/// How far a leg is known to the world above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    Live,
    Over,
}

/// What is to be told of a leg as soon as it is known why it was dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    Nothing,
    Dialled,
    Rings,
}

/// What a leg does, as far as the laws of calls care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Down,
    Calling,
    Ringing,
    Up,
}

/// From where a leg came to a bridge to which it did not go by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whence {
    /// From another bridge.
    Bridge(Text),
    /// From what it executed, which bridges nobody; or from what does nothing else.
    Dialplan,
}

/// Somewhere that a leg waits or is spoken to by a machine: a second connection of the same call.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) key: ConnectionKey,
    pub(super) device: DeviceId,
    pub(super) kind: Kind,
    /// The switch said that the leg leaves; whether it goes on or hangs up is told next. With the switch's time, microseconds.
    pub(super) leaving: Option<(Cause, Option<i64>)>,
}

/// A place at which a leg has arrived, which is not told yet.
#[derive(Clone, Debug)]
pub(super) struct Coming {
    pub(super) kind: Kind,
    pub(super) key: Text,
    pub(super) event: ConnectionEvent,
    pub(super) cause: Cause,
}

/// What we ourselves asked the switch to do with a leg: what it does then is told as that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To end it.
    Clear,
    /// To send what rings there on to this number.
    Deflect(Text),
    /// To send the other party on; this one leaves.
    Transfer,
    /// To put its call aside and make another one, with this connection.
    Consult(ConnectionKey),
    /// To leave the call in which it talks for the one that it put aside.
    Drop,
}

/// Where we had the switch send a leg, as its dialplan tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Spot {
    /// Nowhere: it is where people and the site's dialplan took it.
    #[default]
    Nowhere,
    /// It calls this number, and comes back: to the room of ours that it left, if it left one.
    Dials { number: Text, from: Option<Text> },
    /// It is the half of a Local pair that calls this number for somebody.
    Out(Text),
    /// It is alone; others wait for it.
    Alone,
    /// It waits for this leg.
    WaitsFor(Text),
    /// It goes to this leg, and talks to it; `turns`: whom it talked to before waits for it.
    TalksTo { peer: Text, turns: bool },
    /// It is in this room of ours; `back`: it was there before.
    Room { room: Text, back: bool },
}

/// A call in which a leg takes part besides the one in which it talks: somebody waits for it there.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    pub(super) key: ConnectionKey,
    pub(super) call: CallKey,
    /// The leg that waits, once it is known; none where others talk on without it.
    pub(super) with: Option<Text>,
    /// The call in which the leg talks consults about this one.
    pub(super) consulted: bool,
    pub(super) calls: bool,
    pub(super) cause: Cause,
    pub(super) dialled_by: Option<Text>,
}

impl Aside {
    /// Is it who calls there?
    pub(super) const fn calls(&self) -> bool {
        self.calls
    }
}

/// The other connection of a leg that serves two: it holds in its call, and takes part in the one that it made to consult.
#[derive(Clone, Debug)]
pub(super) struct Second {
    pub(super) call: CallKey,
    pub(super) key: ConnectionKey,
    /// The half of a Local pair by which it was dialled.
    pub(super) half: Text,
    /// The bridge of the call that it holds.
    pub(super) home: Option<Text>,
    /// The two calls are being joined.
    pub(super) joining: bool,
}

/// What a leg has that was sent somewhere by us.
#[derive(Clone, Debug, Default)]
pub(super) struct Apart {
    /// Its connection to its call, where that is not the first one.
    key: Option<ConnectionKey>,
    spot: Spot,
    pub(super) aside: Option<Aside>,
}

/// One leg.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) id: Text,
    /// What few legs have.
    pub(super) apart: Option<Box<Apart>>,
    /// It is an agent's who waits to be asked for: between two calls it is in none.
    pub(super) pooled: bool,
    /// The switch holds for it: the others of its call wait, and it is alone.
    pub(super) rests: bool,
    /// The bridge that it is in is one in which legs only wait.
    pub(super) holding: bool,
    pub(super) name: Text,
    pub(super) nature: Nature,
    pub(super) phase: Phase,
    /// The switch's hint at what belongs together before anything is bridged.
    pub(super) hint: Text,
    pub(super) number: Option<Text>,
    pub(super) caller_name: Option<Text>,
    pub(super) presentation: Presentation,
    pub(super) exten: Option<Text>,
    pub(super) application: Option<Text>,
    /// The queue that it is to enter, or did.
    pub(super) queue: Option<Text>,
    /// The number that was dialled to reach it, and the address of the phone behind the device.
    pub(super) dialled: Option<Text>,
    pub(super) contact: Option<Text>,
    pub(super) call: Option<CallKey>,
    pub(super) dialled_by: Option<Text>,
    pub(super) pair: Option<Text>,
    /// The bridge that it is in, and the extension that it had when it came there.
    pub(super) bridge: Option<Text>,
    pub(super) bridged_at: Option<Text>,
    /// The bridge in which it talked last, and has left; and whether it goes on by itself since.
    pub(super) left: Option<Text>,
    pub(super) alone: bool,
    /// Somebody sent it on, which is not told yet; and, of a leg dialled for it meanwhile, what waits to be told until then.
    pub(super) sent: bool,
    pub(super) waits: Waits,
    /// From where it came straight to the bridge that it is in, where somebody put it there.
    pub(super) moved_from: Option<Whence>,
    /// It is where calls are parked.
    pub(super) parks: bool,
    /// That it belongs to its call is concluded from a hint only.
    pub(super) hinted: bool,
    /// It makes a call that nobody was told of yet: its next message tells who calls.
    pub(super) begins: bool,
    /// It makes the call: as its first leg, or because an application had it rung first.
    pub(super) calls: bool,
    /// An application had it made; nobody dialled it.
    pub(super) originated: bool,
    /// Why it is rung.
    pub(super) cause: Cause,
    /// Why whatever it dials next is rung.
    pub(super) next_cause: Option<Cause>,
    /// How many it rings now, and how many it rang at once since it rang nobody.
    pub(super) rung: u16,
    pub(super) tried: u16,
    /// For whom it is redirected, and why, as the dialplan says; and for whom that was told.
    pub(super) redirecting: Option<(Text, Text)>,
    pub(super) redirected_for: Option<Text>,
    pub(super) told: Told,
    pub(super) held: bool,
    /// It got somewhere: it dialled somebody, or came to a place.
    pub(super) went: bool,
    /// Its end asked to hang up, and why.
    pub(super) requested: Option<Cause>,
    pub(super) place: Option<Place>,
    pub(super) coming: Option<Box<Coming>>,
    /// It was in a bridge.
    pub(super) talked: bool,
    pub(super) second: Option<Box<Second>>,
    /// What we asked to be done with it, and until when that may be what happens.
    pub(super) asked: Option<(Asked, Tick)>,
    /// How many recordings of it run, and whether they are paused.
    pub(super) recordings: u8,
    pub(super) paused: bool,
    /// Whom it listens to beside a call, and by which connection it does.
    pub(super) watches: Option<Text>,
    pub(super) watching: Option<ConnectionKey>,
    /// How it does, as far as the dialplan told.
    pub(super) participation: Option<Participation>,
    /// How many places it was at.
    pub(super) places: u32,
    /// The switch's time of the message that told the last of them, microseconds.
    pub(super) entered: i64,
    /// The switch's time when it last held or listened again, microseconds: who holds and retrieves at once does so in that order.
    pub(super) toggled: i64,
    /// The switch's time when it last began or stopped to listen in, microseconds.
    pub(super) spied: i64,
    /// The switch's time of the last message that was folded in, microseconds.
    pub(super) last: i64,
}

impl Leg {
    pub(super) fn new(id: Text, name: Text, nature: Nature) -> Self {
        Leg {
            hint: id.clone(),
            apart: None,
            pooled: false,
            rests: false,
            holding: false,
            id,
            name,
            nature,
            phase: Phase::Down,
            number: None,
            caller_name: None,
            presentation: Presentation::NotKnown,
            exten: None,
            application: None,
            queue: None,
            dialled: None,
            contact: None,
            call: None,
            dialled_by: None,
            pair: None,
            bridge: None,
            bridged_at: None,
            left: None,
            alone: false,
            sent: false,
            waits: Waits::Nothing,
            moved_from: None,
            parks: false,
            hinted: false,
            begins: false,
            calls: false,
            originated: false,
            cause: Cause::NewCall,
            next_cause: None,
            rung: 0,
            tried: 0,
            redirecting: None,
            redirected_for: None,
            told: Told::Nothing,
            held: false,
            went: false,
            requested: None,
            place: None,
            coming: None,
            talked: false,
            second: None,
            asked: None,
            recordings: 0,
            paused: false,
            watches: None,
            watching: None,
            participation: None,
            places: 0,
            entered: 0,
            toggled: 0,
            spied: 0,
            last: 0,
        }
    }

    /// Is a message of this time newer than what is known of the leg? Switches write from several threads, so a little disorder is
    /// none (22 was seen to tell a parked call 3 µs behind a variable that was set after it).
    pub(super) fn is_news(&self, time: Option<i64>) -> bool {
        const DISORDER: i64 = 50_000;
        time.is_none_or(|time| self.last <= time.saturating_add(DISORDER))
    }

    /// Its connection to its call. One leg may have another one, to a call that it put aside.
    pub(super) fn key(&self) -> ConnectionKey {
        let other = self.apart.as_ref().and_then(|apart| apart.key.clone());
        other.unwrap_or_else(|| ConnectionKey(self.id.clone()))
    }

    /// Gives it another connection to its call, and says which it had.
    pub(super) fn set_key(&mut self, key: ConnectionKey) -> ConnectionKey {
        let before = self.key();
        self.apart.get_or_insert_default().key = Some(key);
        before
    }

    pub(super) fn spot(&self) -> &Spot {
        const NOWHERE: &Spot = &Spot::Nowhere;
        self.apart.as_ref().map_or(NOWHERE, |apart| &apart.spot)
    }

    /// It was sent there. Is that news?
    pub(super) fn set_spot(&mut self, spot: Spot) -> bool {
        let news = *self.spot() != spot;
        if news {
            self.apart.get_or_insert_default().spot = spot;
        }
        news
    }

    /// For whom it waits, or is about to.
    pub(super) fn waits_for(&self) -> Option<&Text> {
        match self.spot() {
            Spot::WaitsFor(holder) if self.holding || self.bridge.is_none() => Some(holder),
            _ => None,
        }
    }

    pub(super) fn aside(&self) -> Option<&Aside> {
        self.apart.as_ref()?.aside.as_ref()
    }

    pub(super) fn aside_mut(&mut self) -> Option<&mut Aside> {
        self.apart.as_mut()?.aside.as_mut()
    }

    /// The key of a connection more: of a place where the leg waits, or to another call.
    pub(super) fn next_key(&mut self) -> ConnectionKey {
        self.places += 1;
        ConnectionKey(format!("{}/{}", self.id, self.places).into())
    }

    /// The part of the name that names the endpoint: `PJSIP/1001-0000002a` is `1001`.
    pub(super) fn endpoint(&self) -> &str {
        let behind = self.name.split_once('/').map_or(&*self.name, |(_, rest)| rest);
        behind.rsplit_once('-').map_or(behind, |(endpoint, _)| endpoint)
    }

    pub(super) const fn is_party(&self) -> bool {
        matches!(self.nature, Nature::Party(_))
    }
}
