//! How an association is asked for, granted and ended (X.227), as far as CSTA links use it.

use super::acse::{Acse, AssociationRequest, AssociationResponse};
use super::{Element, Phase, Tag, Writer};
use crate::error::DecodeError;
use lineside_wire::Private;

/// 1.3.12.0.218.
const CONTEXT_NAME: &[u8] = &[0x2b, 0x0c, 0x00, 0x81, 0x5a];
const USER_INFORMATION: Tag = Tag::context(30);
/// The unit for authentication is asked for: bit 0 of two.
const AUTHENTICATION: &[u8] = &[0x06, 0x80];

pub(super) fn read(apdu: &Element<'_>) -> Result<Acse, DecodeError> {
    match apdu.tag.number {
        0 => request(apdu).map(Acse::Request),
        1 => response(apdu).map(Acse::Response),
        2 => Ok(Acse::ReleaseRequest),
        3 => Ok(Acse::ReleaseResponse),
        4 => {
            let source = find(apdu, Tag::context(0))?;
            source.map_or(Ok(0), |source| source.integer()).map(Acse::Abort)
        }
        other => Err(DecodeError::malformed(format!(
            "an association message with the tag {other}"
        ))),
    }
}

fn request(apdu: &Element<'_>) -> Result<AssociationRequest, DecodeError> {
    let secrets = authentication(apdu, 12, 0)?;
    Ok(AssociationRequest {
        credentials: secrets.map(|(name, password)| (name, Private::new(password))),
        versions: versions(apdu)?,
    })
}

fn response(apdu: &Element<'_>) -> Result<AssociationResponse, DecodeError> {
    let result = match find(apdu, Tag::context(2))? {
        Some(result) => result.inner()?.integer()?,
        None => return Err(DecodeError::new(crate::error::Problem::Missing("result"))),
    };
    let diagnostic = match find(apdu, Tag::context(3))? {
        Some(diagnostic) => {
            let source = diagnostic.inner()?;
            Some((source.tag.number, source.inner()?.integer()?))
        }
        None => None,
    };
    let (aps_stamp, system_version) = authentication(apdu, 10, 1)?.unzip();
    Ok(AssociationResponse {
        result,
        diagnostic,
        versions: versions(apdu)?,
        aps_stamp,
        system_version,
    })
}

/// The first element with `tag` within another.
fn find<'a>(element: &Element<'a>, tag: Tag) -> Result<Option<Element<'a>>, DecodeError> {
    if !element.constructed {
        return Ok(None);
    }
    for inner in element.elements() {
        let inner = inner?;
        if inner.tag == tag {
            return Ok(Some(inner));
        }
    }
    Ok(None)
}

/// The element that is reached by one tag after the other.
fn descend<'a>(element: &Element<'a>, tags: &[Tag]) -> Result<Option<Element<'a>>, DecodeError> {
    let mut found = *element;
    for tag in tags {
        match find(&found, *tag)? {
            Some(inner) => found = inner,
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// The two strings of an authentication value with this tag: those of who asks (0), or of who answers (1).
fn authentication(apdu: &Element<'_>, tag: u32, side: u32) -> Result<Option<(String, String)>, DecodeError> {
    let path = [tag, 2, 0, side].map(Tag::context);
    let Some(pair) = descend(apdu, &path)?.filter(|pair| pair.constructed) else {
        return Ok(None);
    };
    let mut parts = pair.elements();
    let first = parts.required("name")?.text()?;
    let second = parts.next().transpose()?.map(|second| second.text()).transpose()?;
    Ok(Some((first, second.unwrap_or_default())))
}

/// The versions of CSTA, in the old or the new definition; none where it does not tell any.
fn versions(apdu: &Element<'_>) -> Result<u64, DecodeError> {
    let Some(told) = descend(apdu, &[USER_INFORMATION, Tag::EXTERNAL, Tag::context(0)])? else {
        return Ok(0);
    };
    for definition in [Tag::context(0), Tag::SEQUENCE] {
        if let Some(versions) = descend(&told, &[definition, Tag::BIT_STRING])? {
            return versions.bits();
        }
    }
    Ok(0)
}

pub(super) fn write(acse: &Acse, ber: &mut Writer, phase: Phase) {
    match acse {
        Acse::Request(request) => ber.constructed(Tag::application(0), |ber| {
            context_name(ber);
            if let Some((name, password)) = &request.credentials {
                ber.primitive(Tag::context(10), AUTHENTICATION);
                write_authentication(ber, [12, 0], [name, password]);
            }
            write_versions(ber, request.versions, phase);
        }),
        Acse::Response(response) => ber.constructed(Tag::application(1), |ber| write_response(ber, response, phase)),
        Acse::ReleaseRequest => ber.constructed(Tag::application(2), |ber| ber.integer(Tag::context(0), 0)),
        Acse::ReleaseResponse => ber.constructed(Tag::application(3), |ber| ber.integer(Tag::context(0), 0)),
        Acse::Abort(source) => ber.constructed(Tag::application(4), |ber| ber.integer(Tag::context(0), *source)),
    }
}

fn write_response(ber: &mut Writer, response: &AssociationResponse, phase: Phase) {
    context_name(ber);
    ber.constructed(Tag::context(2), |ber| ber.integer(Tag::INTEGER, response.result));
    let (source, code) = response.diagnostic.unwrap_or((1, 0));
    ber.constructed(Tag::context(3), |ber| {
        ber.constructed(Tag::context(source), |ber| ber.integer(Tag::INTEGER, code));
    });
    if response.aps_stamp.is_some() || response.system_version.is_some() {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        ber.primitive(Tag::context(8), AUTHENTICATION);
        write_authentication(
            ber,
            [10, 1],
            [&text(&response.aps_stamp), &text(&response.system_version)],
        );
    }
    write_versions(ber, response.versions, phase);
}

fn context_name(ber: &mut Writer) {
    ber.constructed(Tag::context(1), |ber| {
        ber.primitive(Tag::OBJECT_IDENTIFIER, CONTEXT_NAME)
    });
}

fn write_authentication(ber: &mut Writer, [tag, side]: [u32; 2], texts: [&str; 2]) {
    ber.constructed(Tag::context(tag), |ber| {
        ber.constructed(Tag::context(2), |ber| {
            ber.constructed(Tag::context(0), |ber| {
                ber.constructed(Tag::context(side), |ber| {
                    for text in texts {
                        ber.primitive(Tag::OCTET_STRING, text.as_bytes());
                    }
                });
            });
        });
    });
}

/// Phase III has the new definition. The old one tells of services, too: none, which is what they are by default.
fn write_versions(ber: &mut Writer, versions: u64, phase: Phase) {
    ber.constructed(USER_INFORMATION, |ber| {
        ber.constructed(Tag::EXTERNAL, |ber| {
            ber.constructed(Tag::context(0), |ber| match phase {
                // Switches write 16 bits at least.
                Phase::III => ber.constructed(Tag::context(0), |ber| ber.bits_of(Tag::BIT_STRING, versions, 16)),
                Phase::I | Phase::II => ber.constructed(Tag::SEQUENCE, |ber| {
                    ber.bits_of(Tag::BIT_STRING, versions, 16);
                    ber.constructed(Tag::SEQUENCE, |_| {});
                    ber.constructed(Tag::SEQUENCE, |_| {});
                }),
            });
        });
    });
}
