use lineside_csta::{
    ApplicationSession, Association, ContextName, CredentialsAs, Dialect, Encoding, Framing, Login, Phase, Style,
    Supervision,
};
use std::time::Duration;

/// One of the nine sorts of switches.
pub(super) fn of(number: u8) -> Dialect {
    let quiet = Supervision::None;
    let ask = Supervision::Ask {
        every: Duration::from_secs(2),
    };
    let expect = Supervision::Expect {
        within: Duration::from_secs(9),
    };
    match number % 9 {
        0 => xml(Framing::Annex, Login::None, ask),
        1 => ber(Framing::Length16, Phase::I, Login::None, quiet),
        2 => xml(Framing::Annex, session(CredentialsAs::UserAndPassword), quiet),
        3 => xml(Framing::Annex, session(session_login_info()), ask),
        4 => xml(Framing::Nul, session(CredentialsAs::UserAndPassword), ask),
        5 => xml(Framing::Annex, Login::ServerFirst, expect),
        6 => ber(Framing::HiPath, Phase::III, association(false), quiet),
        7 => ber(Framing::Length16, Phase::II, association(true), expect),
        _ => xml(Framing::Annex, zultys(), quiet),
    }
}

fn xml(framing: Framing, login: Login, supervision: Supervision) -> Dialect {
    Dialect {
        framing,
        encoding: Encoding::Xml(Style::edition(4)),
        login,
        supervision,
    }
}

fn ber(framing: Framing, phase: Phase, login: Login, supervision: Supervision) -> Dialect {
    Dialect {
        framing,
        encoding: Encoding::Ber(phase),
        login,
        supervision,
    }
}

fn session(credentials: CredentialsAs) -> Login {
    Login::ApplicationSession(ApplicationSession {
        application_id: "bridge".to_owned(),
        protocol_versions: vec![Style::edition(4).namespace],
        duration: Duration::from_secs(10),
        credentials,
    })
}

fn session_login_info() -> CredentialsAs {
    CredentialsAs::SessionLoginInfo {
        namespace: "http://www.avaya.com/csta".to_owned(),
        cleanup_delay: Some(Duration::from_secs(60)),
    }
}

/// That of an OmniPCX, or of a HiPath.
fn association(omnipcx: bool) -> Login {
    Login::Association(Association {
        context_name: ContextName::default(),
        handshake: omnipcx,
        versions: if omnipcx { 0b10 } else { 0b1000 },
        status_follows: !omnipcx,
        release_exit: omnipcx,
    })
}

fn zultys() -> Login {
    Login::Zultys {
        platform: "CRM".to_owned(),
        version: "1.0".to_owned(),
    }
}
