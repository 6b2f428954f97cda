//! The messages of application sessions (ECMA-354): how their parts are said, and what they say.

use crate::dialect::{Credentials, CredentialsAs};
use crate::message::Request;
use crate::schema::Octets;
use crate::types::{
    ApplicationSpecificInfo, DefinedEndReason, DefinedTermReason, ResetSessionFailure, SessionEndReason,
    SessionTermReason, SpecificInfo, StartSessionFailure, StopApplicationSession,
};
use std::time::Duration;

/// What stands for a reason that was not given, or not in any known way.
const NO_REASON: &str = "without a reason";

/// Credentials, said as `said`.
pub(crate) fn specific_info(said: &CredentialsAs, credentials: &Credentials) -> Option<ApplicationSpecificInfo> {
    let (user, password) = (&credentials.user, &credentials.password);
    match said {
        CredentialsAs::None => None,
        CredentialsAs::UserAndPassword => Some(ApplicationSpecificInfo::user(user, password)),
        CredentialsAs::SessionLoginInfo {
            namespace,
            cleanup_delay,
        } => {
            let delay = cleanup_delay.map(|delay| u32::try_from(delay.as_secs()).unwrap_or(u32::MAX));
            Some(ApplicationSpecificInfo::session_login(namespace, user, password, delay))
        }
    }
}

/// The credentials that were said, in whatever way.
pub(crate) fn credentials(info: &ApplicationSpecificInfo) -> Option<Credentials> {
    let find = |name| info.0.iter().find_map(|element| within(element, name));
    let user = find("user").or_else(|| find("userName"))?;
    Some(Credentials::new(user, find("password").unwrap_or_default()))
}

/// The text of an element called `name`: this one or one in it.
fn within<'a>(element: &'a SpecificInfo, name: &str) -> Option<&'a str> {
    match element.name == name {
        true => Some(&element.text),
        false => element.elements.iter().find_map(|element| within(element, name)),
    }
}

/// Whole seconds; `None`: no time at all is no bound.
pub(crate) fn duration(seconds: Option<i64>) -> Option<Duration> {
    let seconds = u64::try_from(seconds?).ok().filter(|seconds| *seconds > 0);
    seconds.map(Duration::from_secs)
}

/// Whole seconds.
pub(crate) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

pub(crate) fn why_not_started(why: &StartSessionFailure) -> String {
    match why {
        StartSessionFailure::Defined(reason) => reason.as_str().to_owned(),
        StartSessionFailure::Application(reason) => reason.clone(),
        StartSessionFailure::Other(_) => NO_REASON.to_owned(),
    }
}

pub(crate) fn why_not_reset(why: &ResetSessionFailure) -> String {
    match why {
        ResetSessionFailure::Defined(reason) => reason.as_str().to_owned(),
        ResetSessionFailure::Application(reason) => reason.clone(),
        ResetSessionFailure::Other(_) => NO_REASON.to_owned(),
    }
}

pub(crate) fn why_terminated(why: &SessionTermReason) -> String {
    match why {
        SessionTermReason::Defined(reason) => reason.as_str().to_owned(),
        SessionTermReason::Server(reason) => reason.clone(),
        SessionTermReason::Other(_) => NO_REASON.to_owned(),
    }
}

/// The application ends the session.
pub(crate) fn stop(session: Octets) -> Request {
    let stop = StopApplicationSession {
        session_id: session,
        session_end_reason: SessionEndReason::Defined(DefinedEndReason::Normal),
        ..StopApplicationSession::default()
    };
    Request::StopApplicationSession(Box::new(stop))
}

/// The server ends the session.
pub(crate) fn terminated(session: Octets, reason: DefinedTermReason) -> Request {
    let terminated = crate::types::ApplicationSessionTerminated {
        session_id: session,
        session_term_reason: SessionTermReason::Defined(reason),
        ..crate::types::ApplicationSessionTerminated::default()
    };
    Request::ApplicationSessionTerminated(Box::new(terminated))
}
