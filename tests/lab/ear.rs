//! What can be heard at a telephone: the RTP that the switch sends there. SIPp plays, but does not listen.

use std::{
    net::UdpSocket,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use crate::{Outcome, truth::Sight};

/// Nothing for so long is silence, and not a late packet (one comes each 20 ms).
const SILENCE_MS: f64 = 300.0;
/// Payload types of the phone's own offer.
const SPEECH: u8 = 0;
pub(crate) const EVENTS: u8 = 101;

/// What an ear is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hears {
    Speech,
    Digits,
}

pub(crate) struct Ear {
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<Sight>>>,
    over: Arc<AtomicBool>,
}

struct Listener {
    hears: Hears,
    /// When speech was last heard.
    speech: Option<f64>,
    /// The RTP timestamp of the last digit: its packets share one.
    digit: Option<[u8; 4]>,
}

impl Ear {
    pub(crate) fn start(hears: Hears, phone: &str, address: &str) -> Outcome<Self> {
        let socket = UdpSocket::bind((address, 0))?;
        socket.set_read_timeout(Some(Duration::from_millis(100)))?;
        let ear = Self {
            port: socket.local_addr()?.port(),
            heard: Arc::default(),
            over: Arc::default(),
        };
        let (heard, over, phone) = (Arc::clone(&ear.heard), Arc::clone(&ear.over), phone.to_owned());
        thread::spawn(move || {
            let mut packet = [0; 2048];
            let mut listener = Listener {
                hears,
                speech: None,
                digit: None,
            };
            while !over.load(Ordering::Relaxed) {
                let Ok(size) = socket.recv(&mut packet) else { continue };
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                let now = now.map_or(0.0, |since| since.as_secs_f64() * 1000.0);
                let sights = listener.listen(packet.get(..size).unwrap_or_default(), now);
                let sights = sights.into_iter().map(|(at, what, number)| Sight {
                    at,
                    phone: phone.clone(),
                    what: what.to_owned(),
                    number,
                });
                heard.lock().unwrap_or_else(PoisonError::into_inner).extend(sights);
            }
        });
        Ok(ear)
    }

    pub(crate) fn sights(&self) -> Vec<Sight> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

impl Listener {
    /// A silence is told when it is over: at the end of a call everybody is silent.
    fn listen(&mut self, packet: &[u8], now: f64) -> Vec<(f64, &'static str, Option<String>)> {
        // RFC 3550, 5.1: two bytes of flags, the number, the timestamp, the source, and as many more as the first byte tells.
        let &[first, kind, _, _, a, b, c, d, ..] = packet else {
            return Vec::new();
        };
        let payload = packet.get(12 + 4 * usize::from(first & 0x0f)..).unwrap_or_default();
        match (kind & 0x7f, self.hears) {
            // µ-law: 0xff and 0x7f are zero.
            (SPEECH, Hears::Speech) if payload.iter().any(|byte| byte & 0x7f != 0x7f) => {
                let last = self.speech.replace(now);
                match last {
                    None => vec![(now, "hears", None)],
                    Some(last) if now - last > SILENCE_MS => {
                        vec![(last, "heardNothingMore", None), (now, "hears", None)]
                    }
                    Some(_) => Vec::new(),
                }
            }
            // RFC 4733, 2.3: the first byte is the event.
            (EVENTS, Hears::Digits) if self.digit.replace([a, b, c, d]) != Some([a, b, c, d]) => {
                let digit = payload
                    .first()
                    .and_then(|event| "0123456789*#ABCD".chars().nth(usize::from(*event)));
                vec![(now, "heard", digit.map(String::from))]
            }
            _ => Vec::new(),
        }
    }
}
