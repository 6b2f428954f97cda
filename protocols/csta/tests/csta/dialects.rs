//! How the sorts of switches are spoken with.

use lineside_csta::{
    ApplicationSession, Association, ContextName, Credentials, CredentialsAs, Dialect, Encoding, Framing, Login, Phase,
    Style, Supervision,
};
use std::time::Duration;

pub const ED4: &str = "http://www.ecma-international.org/standards/ecma-323/csta/ed4";

fn xml(framing: Framing, login: Login) -> Dialect {
    Dialect {
        framing,
        encoding: Encoding::Xml(Style::edition(4)),
        login,
        supervision: Supervision::None,
    }
}

fn ber(framing: Framing, phase: Phase, login: Login) -> Dialect {
    Dialect {
        framing,
        encoding: Encoding::Ber(phase),
        login,
        supervision: Supervision::None,
    }
}

fn application_session(credentials: CredentialsAs) -> Login {
    Login::ApplicationSession(ApplicationSession {
        application_id: "bridge".to_owned(),
        protocol_versions: vec![ED4.to_owned()],
        duration: Duration::from_secs(180),
        credentials,
    })
}

pub fn plain() -> Dialect {
    xml(Framing::Annex, Login::None)
}

pub fn application_link() -> Dialect {
    ber(Framing::Length16, Phase::I, Login::None)
}

pub fn ecma_354() -> Dialect {
    xml(Framing::Annex, application_session(CredentialsAs::UserAndPassword))
}

pub fn dmcc() -> Dialect {
    let namespace = "http://www.avaya.com/csta".to_owned();
    let cleanup_delay = Some(Duration::from_secs(60));
    let info = CredentialsAs::SessionLoginInfo {
        namespace,
        cleanup_delay,
    };
    xml(Framing::Annex, application_session(info))
}

pub fn nul() -> Dialect {
    xml(Framing::Nul, application_session(CredentialsAs::UserAndPassword))
}

pub fn openscape_voice() -> Dialect {
    xml(Framing::Annex, Login::ServerFirst)
}

pub fn hipath() -> Dialect {
    let login = Login::Association(Association {
        context_name: ContextName::default(),
        handshake: false,
        versions: 0b100,
        status_follows: true,
        release_exit: false,
    });
    ber(Framing::HiPath, Phase::III, login)
}

pub fn omnipcx() -> Dialect {
    let login = Login::Association(Association {
        context_name: ContextName::default(),
        handshake: true,
        versions: 0b10,
        status_follows: false,
        release_exit: true,
    });
    ber(Framing::Length16, Phase::II, login)
}

pub fn zultys() -> Dialect {
    let (platform, version) = ("CRM".to_owned(), "1.0".to_owned());
    xml(Framing::Annex, Login::Zultys { platform, version })
}

pub fn all() -> Vec<(&'static str, Dialect)> {
    vec![
        ("plain", plain()),
        ("application link", application_link()),
        ("ECMA-354", ecma_354()),
        ("DMCC", dmcc()),
        ("NUL", nul()),
        ("OpenScape Voice", openscape_voice()),
        ("HiPath", hipath()),
        ("OmniPCX", omnipcx()),
        ("Zultys", zultys()),
    ]
}

pub fn crm() -> Credentials {
    Credentials::new("crm", "secret")
}
