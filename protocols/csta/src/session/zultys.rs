//! The documents of Zultys MX that a session begins, lives and ends with.

use crate::dialect::Credentials;
use crate::error::DecodeError;
use crate::schema::Unknown;
use crate::xml;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::escape;
use sha1::{Digest, Sha1};
use std::time::Duration;

/// The switch closes connections that say nothing.
pub(crate) const KEEPALIVE: Duration = Duration::from_secs(25);

/// A document of Zultys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// A user wants in.
    Login(Credentials),
    /// What became of that: 0 is good.
    Answer {
        code: String,
        text: String,
    },
    Keepalive,
    Logout,
}

impl Document {
    /// Reads an element that the tables of services do not know; `None`: it is none of these.
    pub(crate) fn read(content: &Unknown) -> Option<Result<Self, DecodeError>> {
        let Unknown::Xml { name, document } = content else {
            return None;
        };
        match &**name {
            "loginRequest" => Some(login(document)),
            // As the switch spells it, and as it ought to.
            "loginResponce" | "loginResponse" | "loginFailed" => Some(answer(document)),
            "keepalive" => Some(Ok(Document::Keepalive)),
            "logout" => Some(Ok(Document::Logout)),
            _ => None,
        }
    }
}

/// The password as it is sent.
pub(crate) fn digest(password: &str) -> String {
    STANDARD.encode(Sha1::digest(password))
}

/// A user wants in. The switch expects the line feed behind the digest.
pub(crate) fn login_request(credentials: &Credentials, platform: &str, version: &str) -> Unknown {
    let (user, digest) = (escape(&credentials.user), digest(&credentials.password));
    let (platform, version) = (escape(platform), escape(version));
    let start = format!("<loginRequest type=\"User\" platform=\"{platform}\" version=\"{version}\">");
    let document = format!("{start}<userName>{user}</userName><pwd>{digest}&#xA;</pwd></loginRequest>");
    Unknown::Xml {
        name: "loginRequest".into(),
        document: document.into(),
    }
}

/// What became of a login.
pub(crate) fn login_answer(code: u32, text: &str) -> Unknown {
    let document = format!("<loginResponce Code=\"{code}\">{}</loginResponce>", escape(text));
    Unknown::Xml {
        name: "loginResponce".into(),
        document: document.into(),
    }
}

/// An element with nothing in it.
pub(crate) fn empty(name: &str) -> Unknown {
    let document = format!("<{name}/>");
    Unknown::Xml {
        name: name.into(),
        document: document.into(),
    }
}

fn login(document: &str) -> Result<Document, DecodeError> {
    let mut credentials = Credentials::default();
    xml::Reader::new(document)?.children(|xml, name| {
        match name {
            "userName" => credentials.user = xml.text()?.trim().to_owned(),
            "pwd" => *credentials.password = xml.text()?.trim().to_owned(),
            _ => xml.skip()?,
        }
        Ok(())
    })?;
    Ok(Document::Login(credentials))
}

fn answer(document: &str) -> Result<Document, DecodeError> {
    let mut xml = xml::Reader::new(document)?;
    let code = xml.attribute("Code").unwrap_or_default();
    let text = xml.text()?.trim().to_owned();
    Ok(Document::Answer { code, text })
}
