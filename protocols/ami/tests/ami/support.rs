//! What several subjects need.

use bytes::BytesMut;
use lineside_ami::client::{Client, Config, Event};
use lineside_ami::{Decoder, Message};
use lineside_wire::{Session, Tick, WireError};
use std::time::Duration;

pub const BANNER: &[u8] = b"Asterisk Call Manager/11.0.0\r\n";

/// A generator of numbers that is the same in every run.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }
}

/// What a decoder gives for `pieces`, fed one after the other.
pub fn decode_pieces<'a>(
    mut decoder: Decoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Message>, Option<WireError>) {
    let mut input = BytesMut::new();
    let mut messages = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match decoder.next(&mut input) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return (messages, Some(error)),
            }
        }
    }
    (messages, None)
}

pub fn decode(bytes: &[u8]) -> Vec<Message> {
    let (messages, error) = decode_pieces(Decoder::default(), [bytes]);
    assert_eq!(error, None);
    messages
}

/// The only message in `bytes`.
pub fn one(bytes: &[u8]) -> Message {
    let mut messages = decode(bytes);
    assert_eq!(messages.len(), 1, "{}", bytes.escape_ascii());
    messages.remove(0)
}

pub fn text(message: &Message, key: &str) -> Option<String> {
    message.get(key).map(|value| value.text().text.into_owned())
}

/// A client session with a peer that the test plays.
pub struct Peer {
    pub client: Client,
    pub now: Tick,
    input: BytesMut,
}

impl Peer {
    pub fn new(config: Config) -> Self {
        Peer {
            client: Client::new(Tick::ZERO, config).unwrap(),
            now: Tick::ZERO,
            input: BytesMut::new(),
        }
    }

    /// Logged in, with nothing left to read or to write.
    pub fn logged_in() -> Self {
        Self::logged_in_with(config())
    }

    pub fn logged_in_with(config: Config) -> Self {
        let mut peer = Peer::new(config);
        peer.says(BANNER).unwrap();
        peer.says(b"Response: Success\r\nActionID: t-1\r\nChallenge: 77\r\n\r\n")
            .unwrap();
        peer.says(b"Response: Success\r\nActionID: t-2\r\nMessage: Authentication accepted\r\n\r\n")
            .unwrap();
        assert_eq!(peer.events().last(), Some(&Event::LoggedIn));
        peer.sent();
        peer
    }

    pub fn says(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.input.extend_from_slice(bytes);
        self.client.handle_bytes(self.now, &mut self.input)
    }

    /// Lets time pass, timer by timer.
    pub fn passes(&mut self, time: Duration) -> Result<(), WireError> {
        let end = self.now + time;
        while let Some(next) = self.client.poll_timeout().filter(|next| *next <= end) {
            self.now = next;
            self.client.handle_timeout(next)?;
        }
        self.now = end;
        Ok(())
    }

    pub fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.client.poll_event()).collect()
    }

    /// What the client has written since the last time, as text.
    pub fn sent(&mut self) -> String {
        std::iter::from_fn(|| self.client.poll_transmit())
            .map(|transmit| String::from_utf8(transmit.bytes.to_vec()).unwrap())
            .collect()
    }
}

/// User `crm`, secret `secret`, ActionIDs `t-1`, `t-2`, ….
pub fn config() -> Config {
    Config::new("crm", "secret", "t")
}
