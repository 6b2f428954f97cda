//! How an association is asked for, granted and ended (X.227), as far as CSTA links use it.

use super::acse::{Acse, AssociationRequest, AssociationResponse};
use super::{Class, ContextName, Element, Elements, Phase, Reader, Tag, Writer};
use crate::error::{DecodeError, Problem};
use crate::schema::{Rest, Unknown};
use lineside_wire::Private;

const CONTEXT_NAME: Tag = Tag::context(1);
const USER_INFORMATION: Tag = Tag::context(30);
/// The unit for authentication is asked for: bit 0 of two.
const AUTHENTICATION: &[u8] = &[0x06, 0x80];
/// Of who asks: that authentication is asked for, its value, and which of the values in that is this one.
const CALLING: [u32; 3] = [10, 12, 0];
/// Of who answers.
const RESPONDING: [u32; 3] = [8, 10, 1];

pub(super) fn read(apdu: &Element<'_>, ber: &mut Reader) -> Result<Acse, DecodeError> {
    match apdu.tag.number {
        0 => request(apdu, ber).map(Acse::Request),
        1 => response(apdu, ber).map(Acse::Response),
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

fn request(apdu: &Element<'_>, ber: &mut Reader) -> Result<AssociationRequest, DecodeError> {
    let mut said = AssociationRequest::default();
    for part in apdu.elements() {
        let part = part?;
        if !common(&part, &mut said.context_name, &mut said.versions, ber)?
            && !authentication(&part, CALLING, ber, |name, password| {
                said.credentials = Some((name, Private::new(password)));
            })?
        {
            ber.stray(&part)?;
        }
    }
    ber.settle(0, &mut said.rest, apdu.elements());
    Ok(said)
}

fn response(apdu: &Element<'_>, ber: &mut Reader) -> Result<AssociationResponse, DecodeError> {
    let (mut said, mut result) = (AssociationResponse::default(), None);
    for part in apdu.elements() {
        let part = part?;
        if part.tag == Tag::context(2) {
            result = Some(ber.inner(&part)?.integer()?);
        } else if part.tag == Tag::context(3) {
            let source = ber.inner(&part)?;
            said.diagnostic = Some((source.tag.number, ber.inner(&source)?.integer()?));
        } else if !common(&part, &mut said.context_name, &mut said.versions, ber)?
            && !authentication(&part, RESPONDING, ber, |stamp, version| {
                (said.aps_stamp, said.system_version) = (Some(stamp), Some(version));
            })?
        {
            ber.stray(&part)?;
        }
    }
    said.result = result.ok_or_else(|| DecodeError::new(Problem::Missing("result")))?;
    ber.settle(0, &mut said.rest, apdu.elements());
    Ok(said)
}

/// Reads what both sides say. Whether it is that.
fn common(
    part: &Element<'_>,
    context_name: &mut ContextName,
    versions: &mut u64,
    ber: &mut Reader,
) -> Result<bool, DecodeError> {
    match part.tag {
        CONTEXT_NAME => *context_name = ContextName::of_octets(ber.inner(part)?.content),
        USER_INFORMATION => match self::versions(part, ber)? {
            Some(told) => *versions = told,
            None => return Ok(false),
        },
        _ => return Ok(false),
    }
    Ok(true)
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

/// The element that is reached by one tag after the other, and those on the way, outermost first.
fn descend<'a>(element: &Element<'a>, tags: &[Tag]) -> Result<Option<Vec<Element<'a>>>, DecodeError> {
    let (mut found, mut way) = (*element, vec![*element]);
    for tag in tags {
        match find(&found, *tag)? {
            Some(inner) => found = inner,
            None => return Ok(None),
        }
        way.push(found);
    }
    Ok(Some(way))
}

/// Keeps what stands beside the way.
fn keep_beside(way: &[Element<'_>], ber: &mut Reader) -> Result<(), DecodeError> {
    for pair in way.windows(2) {
        let [outer, inner] = pair else { continue };
        let is_inner = |element: &Element<'_>| element.raw.as_ptr() == inner.raw.as_ptr();
        ber.strays(outer.elements().filter(|element| !element.as_ref().is_ok_and(is_inner)))?;
    }
    Ok(())
}

/// Reads the two strings of an authentication value, or that there is one. Whether it is either.
fn authentication(
    part: &Element<'_>,
    [asked, value, side]: [u32; 3],
    ber: &mut Reader,
    mut take: impl FnMut(String, String),
) -> Result<bool, DecodeError> {
    if part.tag == Tag::context(asked) {
        return Ok(true);
    }
    let path = [2, 0, side].map(Tag::context);
    let is_value = part.tag == Tag::context(value);
    let way = if is_value { descend(part, &path)? } else { None };
    let Some(way) = way else { return Ok(false) };
    let Some(pair) = way.last().filter(|pair| pair.constructed) else {
        return Ok(false);
    };
    keep_beside(&way, ber)?;
    let mut parts = pair.elements();
    let first = parts.required("name")?.text()?;
    let second = parts.next().transpose()?.map(|second| second.text()).transpose()?;
    ber.strays(parts)?;
    take(first, second.unwrap_or_default());
    Ok(true)
}

/// The versions of CSTA, in the old or the new definition; `None`: it does not tell any. What the old one tells of services is passed over.
fn versions(part: &Element<'_>, ber: &mut Reader) -> Result<Option<u64>, DecodeError> {
    for definition in [Tag::context(0), Tag::SEQUENCE] {
        let path = [Tag::EXTERNAL, Tag::context(0), definition, Tag::BIT_STRING];
        let Some(mut way) = descend(part, &path)? else { continue };
        let versions = way.last().map(Element::bits).transpose()?;
        if definition == Tag::SEQUENCE {
            way.pop();
            let behind = way.last().map(|told| told.elements().skip(3));
            ber.strays(behind.into_iter().flatten())?;
        }
        keep_beside(&way, ber)?;
        return Ok(versions);
    }
    Ok(None)
}

pub(super) fn write(acse: &Acse, ber: &mut Writer, phase: Phase) {
    match acse {
        Acse::Request(request) => write_apdu(ber, 0, &request.rest, |ber| {
            write_context_name(ber, &request.context_name);
            if let Some((name, password)) = &request.credentials {
                write_authentication(ber, CALLING, [name, password]);
            }
            write_versions(ber, request.versions, phase);
        }),
        Acse::Response(response) => write_apdu(ber, 1, &response.rest, |ber| write_response(ber, response, phase)),
        Acse::ReleaseRequest => ber.constructed(Tag::application(2), |ber| ber.integer(Tag::context(0), 0)),
        Acse::ReleaseResponse => ber.constructed(Tag::application(3), |ber| ber.integer(Tag::context(0), 0)),
        Acse::Abort(source) => ber.constructed(Tag::application(4), |ber| ber.integer(Tag::context(0), *source)),
    }
}

/// Writes what is known and what is not, in the order of the tags, which is that of X.227.
fn write_apdu(ber: &mut Writer, number: u32, rest: &Rest, known: impl FnOnce(&mut Writer)) {
    let mut all = Writer::default();
    known(&mut all);
    for unknown in &rest.0 {
        unknown.write_ber(&mut all);
    }
    let all = all.finish();
    let mut parts: Vec<Element<'_>> = Elements::of(&all).map_while(Result::ok).collect();
    parts.sort_by_key(|part| (part.tag.class != Class::Context, part.tag.number));
    let within = |unknown: &&Unknown| matches!(unknown, Unknown::Within(_));
    let within = Rest(rest.0.iter().filter(within).cloned().collect());
    ber.constructed(Tag::application(number), |ber| {
        let at = ber.len();
        parts.iter().for_each(|part| ber.raw(part.raw));
        within.write_ber(ber, at);
    });
}

fn write_response(ber: &mut Writer, response: &AssociationResponse, phase: Phase) {
    write_context_name(ber, &response.context_name);
    ber.constructed(Tag::context(2), |ber| ber.integer(Tag::INTEGER, response.result));
    let (source, code) = response.diagnostic.unwrap_or((1, 0));
    ber.constructed(Tag::context(3), |ber| {
        ber.constructed(Tag::context(source), |ber| ber.integer(Tag::INTEGER, code));
    });
    if response.aps_stamp.is_some() || response.system_version.is_some() {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        write_authentication(
            ber,
            RESPONDING,
            [&text(&response.aps_stamp), &text(&response.system_version)],
        );
    }
    write_versions(ber, response.versions, phase);
}

fn write_context_name(ber: &mut Writer, name: &ContextName) {
    ber.constructed(CONTEXT_NAME, |ber| ber.primitive(Tag::OBJECT_IDENTIFIER, name.octets()));
}

fn write_authentication(ber: &mut Writer, [asked, value, side]: [u32; 3], texts: [&str; 2]) {
    ber.primitive(Tag::context(asked), AUTHENTICATION);
    ber.constructed(Tag::context(value), |ber| {
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
