//! Which profile fits what was seen of a switch: the embedded profiles are asked, there is no list beside them.

use crate::profile::{self, Csta, Encoding, Framing, Login, Product};
use lineside_csta::{Phase, Wire, recognize};

/// What the first bytes of a peer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// The banner of an Asterisk.
    Manager,
    /// What CSTA looks like on a wire, or what is taken for it.
    Wire(Wire),
}

/// What Asterisk says first.
const BANNER: &[u8] = b"Asterisk Call Manager";
/// Before this stands the number of the edition in a document.
const EDITION: &str = "ecma-323/csta/ed";

/// What `first`, the first bytes of a connection, is.
pub(super) fn seen(first: &[u8]) -> Option<Seen> {
    if first.starts_with(BANNER) {
        return Some(Seen::Manager);
    }
    recognize(first.get(..8).unwrap_or(first)).map(Seen::Wire)
}

/// Is that what the profile expects?
pub(super) fn is_expected(seen: Seen, profile: &Csta) -> bool {
    match seen {
        Seen::Manager => false,
        Seen::Wire(wire) => is_written_so(wire, profile),
    }
}

fn is_written_so(wire: Wire, profile: &Csta) -> bool {
    let xml = matches!(profile.encoding, Encoding::Xml { .. });
    match wire {
        Wire::AnnexXml => xml && profile.framing == Framing::Annex,
        Wire::BareXml => xml && profile.framing == Framing::Nul,
        Wire::BareBer => !xml && profile.framing == Framing::Bare,
        Wire::HiPath => !xml && profile.framing == Framing::HiPath,
        Wire::Length16 => !xml && profile.framing == Framing::Length16,
        Wire::Handshake => matches!(profile.login, Login::Association { handshake: true, .. }),
        _ => false,
    }
}

/// What was seen, and what to do about it.
pub(super) fn told(seen: Seen) -> String {
    let (what, none) = match seen {
        Seen::Manager => {
            let fitting = profiles(|product| matches!(product, Product::Asterisk(_)));
            return format!(
                "this is the manager interface of an Asterisk (\"{}\"): profile {fitting}",
                String::from_utf8_lossy(BANNER)
            );
        }
        Seen::Wire(Wire::Tls) => {
            return format!("saw {}: use the plain port, or a tunnel that ends before it", Wire::Tls);
        }
        Seen::Wire(Wire::Http) => {
            return format!(
                "saw {}: this is the port of a web server, not of a CSTA link",
                Wire::Http
            );
        }
        Seen::Wire(Wire::BareXml) => (
            Wire::BareXml,
            "if each document ends with a zero byte, framing = \"nul\" in [switch.override] of a profile of CSTA XML",
        ),
        Seen::Wire(Wire::BareBer) => (
            Wire::BareBer,
            "framing = \"bare\" in [switch.override] of a profile of CSTA in BER",
        ),
        Seen::Wire(wire) => (wire, "no profile has that"),
    };
    match profiles_of(|csta| is_written_so(what, csta)) {
        fitting if fitting.is_empty() => format!("saw {what}: {none}"),
        fitting => format!("saw {what}: it fits profile {fitting}"),
    }
}

/// A finding for a check of an Asterisk at whose address a CSTA switch is: `first` are the first bytes that came.
pub(in crate::cli::check) fn csta_at_ami(first: &[u8]) -> Option<String> {
    match seen(first)? {
        Seen::Manager => None,
        wire => Some(told(wire)),
    }
}

/// The profiles whose first message is another than that of `profile`.
pub(super) fn others(profile: &Csta) -> String {
    let xml = |csta: &Csta| matches!(csta.encoding, Encoding::Xml { .. });
    profiles_of(|csta| csta.framing != profile.framing || xml(csta) != xml(profile) || csta.login != profile.login)
}

/// The profiles of switches that speak first.
pub(super) fn speak_first() -> String {
    profiles_of(|csta| csta.login == Login::ServerFirst)
}

/// The profiles of this phase, those with the same framing as `profile` alone where there are any.
pub(super) fn of_phase(phase: Phase, profile: &Csta) -> String {
    let number = number(phase);
    let fits = |csta: &Csta| csta.encoding == Encoding::Ber { phase: number };
    let same = profiles_of(|csta| fits(csta) && csta.framing == profile.framing);
    let any = if same.is_empty() { profiles_of(fits) } else { same };
    format!("profile {any}, or phase = {number} in [switch.override.encoding.ber]")
}

/// The number of a phase, as it stands in a profile.
pub(super) const fn number(phase: Phase) -> u8 {
    match phase {
        Phase::I => 1,
        Phase::II => 2,
        Phase::III => 3,
    }
}

/// The edition that `text` is written in, where it is not that of the profile: what to do about it.
pub(super) fn edition(text: &[u8], profile: &Csta) -> Option<String> {
    let Encoding::Xml { namespace, .. } = &profile.encoding else {
        return None;
    };
    let text = String::from_utf8_lossy(text);
    let theirs = edition_in(&text)?;
    let ours = edition_in(namespace);
    if ours == Some(theirs) {
        return None;
    }
    Some(format!(
        "it writes CSTA XML of edition {theirs}, and the profile has {}: all are read, but a switch may not read ours; it fits profile {}, \
         or a `namespace` in [switch.override.encoding.xml]",
        ours.map_or_else(|| "none".to_owned(), |ours| format!("edition {ours}")),
        of_edition(theirs)
    ))
}

/// The profiles that fit versions which a switch takes, in its own words.
pub(super) fn of_version(theirs: &str) -> Option<String> {
    let fitting = match edition_in(theirs) {
        Some(edition) => of_edition(edition),
        None => {
            let phase = match theirs {
                _ if theirs.contains("ECMA-285") || theirs.contains("18052") => 3,
                _ if theirs.contains("ECMA-218") => 2,
                _ if theirs.contains("ECMA-180") => 1,
                _ => return None,
            };
            profiles_of(|csta| csta.encoding == Encoding::Ber { phase })
        }
    };
    (!fitting.is_empty()).then_some(fitting)
}

fn of_edition(edition: char) -> String {
    profiles_of(
        |csta| matches!(&csta.encoding, Encoding::Xml { namespace, .. } if edition_in(namespace) == Some(edition)),
    )
}

fn edition_in(text: &str) -> Option<char> {
    let (_, behind) = text.split_once(EDITION)?;
    behind.chars().next().filter(char::is_ascii_digit)
}

fn profiles_of(fits: impl Fn(&Csta) -> bool) -> String {
    profiles(|product| matches!(product, Product::Csta(csta) if fits(csta)))
}

/// The names of the embedded profiles that fit.
fn profiles(fits: impl Fn(&Product) -> bool) -> String {
    let fitting = profile::names().filter(|name| {
        let text = profile::embedded(name).unwrap_or_default();
        profile::load(name, text, None).is_ok_and(|profile| fits(&profile.product))
    });
    fitting.collect::<Vec<_>>().join(", ")
}
