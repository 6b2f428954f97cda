//! The login, a type per phase: what may come next is what the type has a method for.
//!
//! `AwaitBanner` → (MD5: `AwaitChallenge` →) `AwaitAnswer` → logged in. Failures end it; nothing is tried twice.

use super::config::{Auth, Config};
use super::event::LoginFailure;
use crate::encode::{EncodeError, Outgoing};
use crate::message::{Kind, Message};
use bytes::Bytes;
use lineside_wire::Transmit;
use md5::{Digest, Md5};

/// The phase that a login is in.
#[derive(Debug)]
pub(super) enum Login {
    Banner(AwaitBanner),
    Challenge(AwaitChallenge),
    Answer(AwaitAnswer),
}

impl Login {
    /// What is awaited, for the words of an error.
    pub(super) const fn awaited(&self) -> &'static str {
        match self {
            Login::Banner(_) => "banner",
            Login::Challenge(_) => "answer to Challenge",
            Login::Answer(_) => "answer to Login",
        }
    }
}

/// The peer has said nothing yet.
#[derive(Debug, Default)]
pub(super) struct AwaitBanner {
    /// The start of a line that is not whole.
    pub(super) seen: Bytes,
}

/// A challenge was asked for.
#[derive(Debug)]
pub(super) struct AwaitChallenge;

/// The credentials were sent.
#[derive(Debug)]
pub(super) struct AwaitAnswer;

/// After the banner.
pub(super) fn greeted(config: &Config, action_id: &str) -> Result<(Login, Transmit), EncodeError> {
    match config.auth {
        Auth::Plain => {
            let login = login(config, action_id).header("Secret", config.secret.as_bytes());
            Ok((Login::Answer(AwaitAnswer), transmit(login, true)?))
        }
        Auth::Md5 => {
            // Without the user name, which only brings `Login Already In Use` forward.
            let challenge = Outgoing::action("Challenge", action_id).header("AuthType", "MD5");
            Ok((Login::Challenge(AwaitChallenge), transmit(challenge, false)?))
        }
    }
}

impl AwaitChallenge {
    pub(super) fn challenged(
        self,
        answer: &Message,
        config: &Config,
        action_id: &str,
    ) -> Result<(AwaitAnswer, Transmit), LoginFailure> {
        let challenge = match answer.get("Challenge") {
            Some(challenge) if answer.name().is("Success") => challenge,
            _ => return Err(refusal(answer, LoginFailure::NoChallenge)),
        };
        let login = login(config, action_id)
            .header("AuthType", "MD5")
            .header("Key", md5_key(challenge.as_bytes(), config.secret.as_bytes()));
        let sent = transmit(login, true).map_err(|error| LoginFailure::NoChallenge(error.to_string()))?;
        Ok((AwaitAnswer, sent))
    }
}

impl AwaitAnswer {
    pub(super) fn answered(self, answer: &Message) -> Result<(), LoginFailure> {
        if answer.name().is("Success") {
            Ok(())
        } else {
            Err(refusal(answer, LoginFailure::Authentication))
        }
    }
}

/// Whether `message` is the answer to the action of the login that has `action_id`.
pub(super) fn is_answer(message: &Message, action_id: &str) -> bool {
    message.kind() == Kind::Response && message.get("ActionID").is_none_or(|id| id == action_id)
}

/// The digest that proves the secret: in lower case, since the switch compares it as text.
pub(crate) fn md5_key(challenge: &[u8], secret: &[u8]) -> String {
    let digest = Md5::new_with_prefix(challenge).chain_update(secret).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn login(config: &Config, action_id: &str) -> Outgoing {
    Outgoing::action("Login", action_id)
        .header("Username", &config.username)
        .header("Events", &config.events)
}

fn transmit(action: Outgoing, secret: bool) -> Result<Transmit, EncodeError> {
    let bytes = action.encode()?;
    Ok(Transmit { bytes, secret })
}

fn refusal(answer: &Message, otherwise: fn(String) -> LoginFailure) -> LoginFailure {
    let text = answer.with_continuation("Message").unwrap_or_default();
    let native = text.text().text.into_owned();
    if text.is("Login Already In Use") {
        LoginFailure::AlreadyInUse(native)
    } else {
        otherwise(native)
    }
}
