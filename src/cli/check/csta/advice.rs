//! What a switch says in refusal, and what to do about it.

use super::fits::{self, Seen};
use crate::profile::{Csta, Login};
use lineside_csta::client::LoginFailure;
use lineside_csta::types::UniversalFailure;
use lineside_csta::{Failure, RejectProblem};

/// A service was not done: why, in the switch's own words, and what to do.
pub(super) fn refused(failure: &Failure) -> String {
    match failure {
        Failure::Refused(why) => format!("refused: {}: {}", why.native(), what_to_do(why)),
        Failure::Rejected(RejectProblem::Invoke(1)) => "the switch does not know this service".to_owned(),
        Failure::Rejected(_) => {
            format!("{failure}: the switch did not understand it: is the phase that of the switch?")
        }
        failure => failure.to_string(),
    }
}

/// Who can help, and by what.
fn what_to_do(failure: &UniversalFailure) -> &'static str {
    let reason = failure.reason().unwrap_or_default();
    match (reason, failure) {
        ("overallMonitorLimitExceeded", _) | (_, UniversalFailure::SubscribedResource(_)) => {
            "the licence allows no more monitors: ask for more of them, let other applications have fewer, or name fewer `devices` \
             in [switch.site]"
        }
        ("securityViolation", _) | (_, UniversalFailure::Security(_)) => RIGHTS,
        (reason, _) if reason.starts_with("privilegeViolation") => RIGHTS,
        ("invalidDeviceID" | "objectNotKnown" | "invalidMonitorObject" | "invalidMonitorObjectType", _) => {
            "the switch has no such device, or calls it otherwise: correct `devices` in [switch.site]"
        }
        ("serviceNotSupported", _) => "the switch does not offer this service on this link",
        (_, UniversalFailure::PerformanceManagement(_)) => {
            "the switch has too much to do: lower perSecond in [switch.override.monitors]"
        }
        (_, UniversalFailure::SystemResource(_)) => "the switch has not got what it takes now: ask its administrator",
        _ => "ask the switch's administrator what it means there",
    }
}

const RIGHTS: &str = "this application may not do that: ask the switch's administrator for its rights on these devices";

/// Why the login failed, and what to do. `first` are the first bytes that came, `spoke` says that the switch told how it is before we were in.
pub(super) fn login(failure: &LoginFailure, first: &[u8], spoke: bool, profile: &Csta) -> String {
    let seen = fits::seen(first).filter(|seen| !fits::is_expected(*seen, profile));
    let account = match failure {
        LoginFailure::Credentials(_) => " (`username` and `secret` of the switch)",
        _ => "",
    };
    let said = format!("the login failed: {failure}{account}");
    let more = match (failure, seen) {
        (_, Some(seen)) => Some(fits::told(seen)),
        (LoginFailure::Version { theirs, .. }, None) => {
            fits::of_version(theirs).map(|them| format!("it fits profile {them}"))
        }
        (LoginFailure::Closed(_), None) if first.is_empty() => Some(format!(
            "or it expects other bytes: profiles that begin otherwise: {}",
            fits::others(profile)
        )),
        (LoginFailure::Timeout(_), None) if first.is_empty() => Some(silence(profile)),
        (LoginFailure::Timeout(_), None) if spoke && profile.login != Login::ServerFirst => Some(format!(
            "it told how it is before it was asked: a switch that speaks first, as profile {}",
            fits::speak_first()
        )),
        (LoginFailure::NotThisDialect(_) | LoginFailure::Wire(_), None) => Some(unknown(first)),
        _ => None,
    };
    match more {
        Some(more) => format!("{said}; {more}"),
        None => said,
    }
}

/// The bytes of a switch that was up broke the rules.
pub(super) fn broken(error: &str, first: &[u8], profile: &Csta) -> String {
    match fits::seen(first).filter(|seen| !fits::is_expected(*seen, profile)) {
        Some(seen) => format!("{}; {error}", fits::told(seen)),
        None => error.to_owned(),
    }
}

/// Nothing came at all.
pub(super) fn silence(profile: &Csta) -> String {
    let others = fits::others(profile);
    if profile.login == Login::ServerFirst {
        return format!(
            "nothing came: this is no switch that speaks first. Profiles by which the bridge speaks first: {others}"
        );
    }
    format!(
        "nothing came: this is no switch that speaks first (profile {}), and none that understood what the profile sends. Is it the port \
         of the CSTA link, without TLS? Profiles that begin otherwise: {others}",
        fits::speak_first()
    )
}

/// What nobody knows is shown.
fn unknown(first: &[u8]) -> String {
    let start = first.get(..16).unwrap_or(first);
    match fits::seen(first) {
        Some(Seen::Wire(wire)) => format!("saw {wire}"),
        _ => format!("it began with \"{}\"", start.escape_ascii()),
    }
}
