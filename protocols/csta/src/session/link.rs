use super::exchange::{Answer, AskedId};
use crate::ber::Phase;
use crate::codec::{Codec, EncodeError, Encoding, Framing, Received};
use crate::message::{InvokeId, Message, Request};
use crate::schema::Rest;
use bytes::{Bytes, BytesMut};
use lineside_wire::{RequestId, Transmit, WireError};
use std::collections::{BTreeMap, VecDeque};

/// The last invoke id of requests in XML: 9999 is that of events (ECMA-323, annex J.2).
const LAST_IN_XML: i64 = 9998;
/// The last invoke id of requests in BER: any integer is allowed, old switches keep 16 bits.
const LAST_IN_BER: i64 = 32_767;
/// So many requests of the peer may wait for their answers.
const MOST_ASKED: usize = 256;

/// One connection: its codec, and the requests of both sides that are under way on it.
#[derive(Debug)]
pub(crate) struct Link {
    framing: Framing,
    codec: Codec,
    last_invoke: i64,
    wrap: i64,
    /// The requests that have no answer yet, and who made them.
    under_way: BTreeMap<InvokeId, Asker>,
    asked: BTreeMap<AskedId, InvokeId>,
    /// Numbers requests, those of the owner and of the session alike.
    last_request: u64,
    last_asked: u64,
    transmits: VecDeque<Transmit>,
}

/// Who made a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    Owner(RequestId),
    Session(Own),
}

/// A request of the session itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    Login,
    ResetTimer,
    Stop,
    Heartbeat,
}

impl Link {
    pub(crate) fn new(framing: Framing, encoding: Encoding) -> Self {
        let wrap = match encoding {
            Encoding::Xml(_) => LAST_IN_XML,
            Encoding::Ber(_) => LAST_IN_BER,
        };
        Link {
            framing,
            codec: Codec::new(framing, encoding),
            last_invoke: 0,
            wrap,
            under_way: BTreeMap::new(),
            asked: BTreeMap::new(),
            last_request: 0,
            last_asked: 0,
            transmits: VecDeque::new(),
        }
    }

    /// From here on in another encoding: what the peers agreed on.
    pub(crate) fn speak(&mut self, encoding: Encoding) {
        self.codec = Codec::new(self.framing, encoding);
    }

    /// The phase in which the peer writes, as far as it has shown that; in BER only.
    pub(crate) const fn phase(&self) -> Option<Phase> {
        self.codec.phase()
    }

    pub(crate) fn read(&mut self, input: &mut BytesMut) -> Result<Option<Received>, WireError> {
        self.codec.decode(input)
    }

    /// Sends a request of the owner.
    pub(crate) fn submit(&mut self, request: Request) -> Result<(RequestId, InvokeId), EncodeError> {
        let id = RequestId(self.last_request + 1);
        let secret = holds_secret(&request);
        let invoke = self.ask(Asker::Owner(id), request, secret)?;
        Ok((id, invoke))
    }

    /// Sends a request with the next free invoke id.
    pub(crate) fn ask(&mut self, asker: Asker, request: Request, secret: bool) -> Result<InvokeId, EncodeError> {
        let id = self.free_id();
        self.ask_as(id, asker, request, secret)?;
        self.last_invoke = id.0;
        Ok(id)
    }

    /// Sends a request with this invoke id.
    pub(crate) fn ask_as(
        &mut self,
        id: InvokeId,
        asker: Asker,
        request: Request,
        secret: bool,
    ) -> Result<(), EncodeError> {
        self.tell(&Message::Request { id, request }, secret)?;
        self.last_request += 1;
        self.under_way.insert(id, asker);
        Ok(())
    }

    /// Sends a message that nobody answers.
    pub(crate) fn tell(&mut self, message: &Message, secret: bool) -> Result<(), EncodeError> {
        let bytes = self.codec.encode(message)?;
        self.transmits.push_back(Transmit { bytes, secret });
        Ok(())
    }

    /// Sends a request that nobody answers.
    pub(crate) fn notify(&mut self, request: Request) -> Result<(), EncodeError> {
        let id = self.free_id();
        self.tell(&Message::Request { id, request }, false)?;
        self.last_invoke = id.0;
        Ok(())
    }

    /// A number for a request of the owner that nobody answers.
    pub(crate) fn number(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId(self.last_request)
    }

    /// Sends bytes that are outside of all frames.
    pub(crate) fn raw(&mut self, bytes: &'static [u8]) {
        let (bytes, secret) = (Bytes::from_static(bytes), false);
        self.transmits.push_back(Transmit { bytes, secret });
    }

    /// The next id that no request under way has. There is one: windows are far smaller than the ids.
    fn free_id(&self) -> InvokeId {
        let mut id = InvokeId(self.last_invoke);
        for _ in 0..=self.wrap {
            id = InvokeId(if id.0 >= self.wrap { 1 } else { id.0 + 1 });
            if !self.under_way.contains_key(&id) {
                break;
            }
        }
        id
    }

    /// A request has its answer, or its deadline is over: who made it. It is not under way any more.
    pub(crate) fn ended(&mut self, id: InvokeId) -> Option<Asker> {
        self.under_way.remove(&id)
    }

    /// Ends a request of the session's own, whatever the id of its answer.
    pub(crate) fn ended_own(&mut self, own: Own) -> Option<InvokeId> {
        let mut entries = self.under_way.iter();
        let (id, _) = entries.find(|(_, asker)| **asker == Asker::Session(own))?;
        let id = *id;
        self.under_way.remove(&id);
        Some(id)
    }

    /// The only request that is under way, if there is just one.
    pub(crate) fn only(&self) -> Option<InvokeId> {
        let mut waiting = self.under_way.keys();
        match (waiting.next(), waiting.next()) {
            (Some(id), None) => Some(*id),
            _ => None,
        }
    }

    /// How many requests of the owner are under way.
    pub(crate) fn owners(&self) -> usize {
        let owners = self.under_way.values();
        owners.filter(|asker| matches!(asker, Asker::Owner(_))).count()
    }

    /// Forgets every request; those of the owner are returned, the oldest first.
    pub(crate) fn drain(&mut self) -> Vec<RequestId> {
        self.asked.clear();
        let entries = std::mem::take(&mut self.under_way).into_values();
        let owners = entries.filter_map(|asker| match asker {
            Asker::Owner(id) => Some(id),
            Asker::Session(_) => None,
        });
        let mut owners: Vec<_> = owners.collect();
        owners.sort_unstable();
        owners
    }

    /// Remembers a request of the peer; `None`: too many wait already.
    pub(crate) fn asked(&mut self, id: InvokeId) -> Option<AskedId> {
        if self.asked.len() >= MOST_ASKED {
            return None;
        }
        self.last_asked += 1;
        let asked = AskedId(self.last_asked);
        self.asked.insert(asked, id);
        Some(asked)
    }

    /// Answers a request of the peer. `Ok(false)`: there is none of this name, or it has been answered.
    pub(crate) fn answer(&mut self, asked: AskedId, answer: Answer) -> Result<bool, EncodeError> {
        let Some(id) = self.asked.get(&asked).copied() else {
            return Ok(false);
        };
        self.reply(id, answer)?;
        self.asked.remove(&asked);
        Ok(true)
    }

    /// Answers what came with the invoke id `id`.
    pub(crate) fn reply(&mut self, id: InvokeId, answer: Answer) -> Result<(), EncodeError> {
        let message = match answer {
            Answer::Done(response) => Message::Response { id, response },
            Answer::Failed(error) => Message::Error {
                id,
                error,
                rest: Rest::default(),
            },
            Answer::Rejected(problem) => {
                let id = Some(id);
                Message::Reject { id, problem }
            }
        };
        self.tell(&message, false)
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }
}

/// Does it hold a password?
fn holds_secret(request: &Request) -> bool {
    // The password of an agent is in it.
    request.name() == "SetAgentState"
}
