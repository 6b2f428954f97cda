//! How to speak with a switch, as its profile says it.

use crate::profile::{self, Csta};
use lineside_csta::{ApplicationSession, Association, Credentials, CredentialsAs, Dialect, Login, Supervision};
use lineside_csta::{Encoding, Framing, Phase, Style};
use lineside_wire::Private;
use std::time::Duration;

/// The dialect of a profile.
pub(crate) fn of(profile: &Csta) -> Dialect {
    Dialect {
        framing: match profile.framing {
            profile::Framing::Annex => Framing::Annex,
            profile::Framing::Nul => Framing::Nul,
            profile::Framing::Length16 => Framing::Length16,
            profile::Framing::HiPath => Framing::HiPath,
        },
        encoding: match &profile.encoding {
            profile::Encoding::Xml { namespace, prefix } => Encoding::Xml(Style {
                namespace: namespace.clone(),
                prefix: prefix.clone(),
            }),
            profile::Encoding::Ber { phase: 1 } => Encoding::Ber(Phase::I),
            profile::Encoding::Ber { phase: 2 } => Encoding::Ber(Phase::II),
            profile::Encoding::Ber { .. } => Encoding::Ber(Phase::III),
        },
        login: login(&profile.login),
        supervision: match profile.supervision {
            profile::Supervision::None => Supervision::None,
            profile::Supervision::Ask { seconds } => Supervision::Ask {
                every: Duration::from_secs(u64::from(seconds)),
            },
            profile::Supervision::Expect { seconds } => Supervision::Expect {
                within: Duration::from_secs(u64::from(seconds)),
            },
        },
    }
}

fn login(login: &profile::Login) -> Login {
    match login {
        profile::Login::None => Login::None,
        profile::Login::ServerFirst => Login::ServerFirst,
        profile::Login::ApplicationSession {
            application,
            protocols,
            seconds,
            credentials,
        } => Login::ApplicationSession(ApplicationSession {
            application_id: application.clone(),
            protocol_versions: protocols.clone(),
            duration: Duration::from_secs(u64::from(*seconds)),
            credentials: match credentials {
                profile::Credentials::None => CredentialsAs::None,
                profile::Credentials::Elements => CredentialsAs::UserAndPassword,
                profile::Credentials::SessionLoginInfo {
                    namespace,
                    cleanup_seconds,
                } => CredentialsAs::SessionLoginInfo {
                    namespace: namespace.clone(),
                    cleanup_delay: cleanup_seconds.map(|seconds| Duration::from_secs(u64::from(seconds))),
                },
            },
        }),
        profile::Login::Association {
            handshake,
            status_follows,
            versions,
        } => Login::Association(Association {
            handshake: *handshake,
            versions: versions
                .iter()
                .fold(0, |all, bit| all | 1_u64.checked_shl(u32::from(*bit)).unwrap_or(0)),
            status_follows: *status_follows,
            release_exit: *handshake,
        }),
        profile::Login::Zultys => Login::Zultys {
            platform: "Lineside".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
    }
}

/// Who the bridge is to the switch, where the dialect has a place for that.
pub(crate) fn credentials(user: &str, password: &Private<String>) -> Option<Credentials> {
    (!user.is_empty()).then(|| Credentials {
        user: user.to_owned(),
        password: password.clone(),
    })
}
