//! How to speak with a switch, as its profile says it.

use crate::profile::{self, Csta, Filter, Named};
use lineside_csta::avaya;
use lineside_csta::types::{
    CallAssociatedEvents, CallControlEvents, CstaObject, DeviceId, DeviceMaintenanceEvents, LogicalDeviceFeatureEvents,
    MonitorFilter, MonitorStart, PhysicalDeviceFeatureEvents,
};
use lineside_csta::{
    ApplicationSession, Association, ContextName, Credentials, CredentialsAs, Dialect, Login, Supervision,
};
use lineside_csta::{Encoding, Framing, Phase, Request, Style};
use lineside_wire::Private;
use std::time::Duration;

/// The dialect of a profile.
pub(crate) fn of(profile: &Csta) -> Dialect {
    Dialect {
        framing: match profile.framing {
            profile::Framing::Annex => Framing::Annex,
            profile::Framing::AnnexFormat(format) => Framing::AnnexFormat(format),
            profile::Framing::Nul => Framing::Nul,
            profile::Framing::Length16 => Framing::Length16,
            profile::Framing::HiPath => Framing::HiPath,
            profile::Framing::Bare => Framing::Bare,
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
            context_name,
        } => Login::Association(Association {
            context_name: context_name.as_deref().and_then(ContextName::parse).unwrap_or_default(),
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

/// The request for a monitor of a device.
pub(crate) fn monitor_start(filter: &Filter, device: DeviceId) -> Request {
    let (requested_monitor_filter, extensions) = match filter {
        Filter::None => (None, None),
        Filter::Inverted { namespace } => (Some(heard()), Some(avaya::inverted_filter(namespace))),
    };
    Request::MonitorStart(Box::new(MonitorStart {
        monitor_object: CstaObject::Device(device),
        requested_monitor_filter,
        extensions,
        ..MonitorStart::default()
    }))
}

/// The events of which something follows, for switches that want them named.
fn heard() -> MonitorFilter {
    use CallControlEvents as C;
    use LogicalDeviceFeatureEvents as L;
    let calls = [
        C::CALL_CLEARED,
        C::CONFERENCED,
        C::CONNECTION_CLEARED,
        C::DELIVERED,
        C::DIVERTED,
        C::ESTABLISHED,
        C::FAILED,
        C::HELD,
        C::NETWORK_REACHED,
        C::ORIGINATED,
        C::QUEUED,
        C::RETRIEVED,
        C::SERVICE_INITIATED,
        C::TRANSFERRED,
    ];
    let devices = [
        L::AGENT_BUSY,
        L::AGENT_LOGGED_ON,
        L::AGENT_LOGGED_OFF,
        L::AGENT_NOT_READY,
        L::AGENT_READY,
        L::AGENT_WORKING_AFTER_CALL,
        L::DO_NOT_DISTURB,
        L::FORWARDING,
    ];
    MonitorFilter {
        call_control: Some(calls.into_iter().fold(C::default(), C::with)),
        call_associated: Some(CallAssociatedEvents::CALL_INFORMATION.with(CallAssociatedEvents::DIGITS_GENERATED)),
        physical_device_feature: Some(PhysicalDeviceFeatureEvents::MESSAGE_WAITING),
        logical_device_feature: Some(devices.into_iter().fold(L::default(), L::with)),
        maintenance: Some(DeviceMaintenanceEvents::BACK_IN_SERVICE.with(DeviceMaintenanceEvents::OUT_OF_SERVICE)),
        ..MonitorFilter::default()
    }
}

/// The request for the name by which the device of a number is asked for, at a switch of which the server knows several.
pub(crate) fn ask_name(named: &Named, switch: &str, number: &str) -> Request {
    match named {
        Named::ThirdPartyDeviceId { namespace } => {
            let ask = avaya::GetThirdPartyDeviceId {
                switch_name: switch.to_owned(),
                extension: Private::new(number.to_owned()),
            };
            ask.request(namespace)
        }
    }
}

/// The request that gives such a name back.
pub(crate) fn give_back(named: &Named, device: DeviceId) -> Request {
    match named {
        Named::ThirdPartyDeviceId { namespace } => avaya::ReleaseDeviceId { device }.request(namespace),
    }
}
