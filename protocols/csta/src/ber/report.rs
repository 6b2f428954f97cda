//! Event reports, which each phase lays out in a way of its own: their bytes tell which.

use super::apdu::not_in_encoding;
use super::{Class, Element, Elements, Phase, Reader, Tag, Writer, settings};
use crate::codec::EncodeError;
use crate::error::{DecodeError, Problem};
use crate::message::{EVENTS, Event, EventReport, Group};
use crate::schema::{Node, Octets, Unknown};
use crate::types::PendingAfterCall;
use bytes::Bytes;

/// The tag of the name of a monitor.
pub(super) const MONITOR: Tag = Tag::application(21);
/// The tag of what vendors add. Phases I and II have it behind the event, Phase III within it.
const EXTENSIONS: Tag = Tag::application(30);

/// Reads the argument of an event report, which shows of which phase it is.
pub(super) fn read(argument: &Element<'_>, ber: &mut Reader) -> Result<EventReport, DecodeError> {
    let mut parts = argument.elements();
    let monitor = parts.required("monitorCrossRefID")?;
    if monitor.tag != MONITOR {
        return Err(DecodeError::malformed("an event report without the name of a monitor"));
    }
    let monitor_cross_ref_id = Octets(monitor.octets()?.into());
    let told = parts.rest();
    let (seen, name, body) = body(&mut parts, ber)?.unwrap_or((ber.phase, Named::Not, Element::nothing()));
    ber.phase = seen;
    let (name, pending) = match name {
        Named::Known(name) => (Some(name), None),
        Named::WorkBeforeReady => (Some(WORK), Some(PendingAfterCall::Ready)),
        Named::Not => (None, None),
    };
    let event = name.and_then(|name| Event::named(name).map(|event| (name, event)));
    let event = match event {
        Some((name, event)) => {
            let mut event = fields(event, &body, parts, ber).map_err(|error| error.within(name))?;
            if let (Event::AgentWorkingAfterCall(work), Some(pending)) = (&mut event, pending) {
                work.pending_agent_state = Some(pending);
            }
            event
        }
        None => Event::Other(Unknown::Ber(Bytes::copy_from_slice(told))),
    };
    Ok(EventReport {
        monitor_cross_ref_id,
        event,
    })
}

/// The event with its fields, and what stands behind them.
fn fields(event: Event, body: &Element<'_>, behind: Elements<'_>, ber: &mut Reader) -> Result<Event, DecodeError> {
    let older = match &event {
        Event::Forwarding(_) if ber.phase < Phase::III => settings::forwarding_event(body, ber)?,
        _ => None,
    };
    let is_read = older.is_some();
    let mut event = older.unwrap_or(event);
    if let Some(node) = event.node_mut() {
        // An event of the vendor's own says it all behind.
        if !is_read && body.tag != Tag::NULL {
            node.read_ber(body, ber)?;
        }
        for element in behind {
            let element = element?;
            match &mut event {
                Event::Private(private) => ber.keep(&mut private.private_data.0, &element)?,
                event if element.tag == EXTENSIONS => {
                    if let Some(node) = event.node_mut() {
                        node.read_field("extensions", &element, ber)?;
                    }
                }
                _ => ber.stray(&element)?,
            }
        }
    }
    Ok(event)
}

/// The phase of an event, which it is, and its fields.
type Body<'a> = (Phase, Named, Element<'a>);

/// Which event it is.
enum Named {
    /// The one of this name in ECMA-323.
    Known(&'static str),
    /// The work after a call, of which Phases I and II have two: 205, and 206 where the agent is ready behind it.
    WorkBeforeReady,
    /// None that is known.
    Not,
}

const WORK: &str = "AgentWorkingAfterCallEvent";
/// The type in Phase I of the work behind which an agent is ready.
const WORK_READY: i64 = 206;

impl Named {
    /// By its type in Phase I.
    fn by_type(number: i64) -> Self {
        match EVENTS.iter().find(|(.., i)| *i == Some(number)) {
            Some((name, ..)) => Named::Known(name),
            None if number == WORK_READY => Named::WorkBeforeReady,
            None => Named::Not,
        }
    }

    /// By its group and tag in Phase II: the groups are call, feature, agent and maintenance, in which the types of Phase I have their hundreds, and
    /// the tag is the bit in the filter of a monitor, one less than the type (the types and the filters of ECMA-180 are numbered like
    /// that throughout). Captured for calls only.
    fn in_ii(group: u32, number: u32) -> Self {
        Self::by_type(i64::from(group) * 100 + i64::from(number) + 1)
    }
}

/// Finds out how an event is laid out, the session being in `phase`; `None`: in no way of any phase.
fn body<'a>(parts: &mut Elements<'a>, ber: &mut Reader) -> Result<Option<Body<'a>>, DecodeError> {
    let phase = ber.phase;
    let Some(first) = parts.next().transpose()? else {
        return Err(DecodeError::new(Problem::Missing("eventSpecificInfo")));
    };
    if first.tag.class != Class::Context {
        return Ok(None);
    }
    // Phase I: `[0] IMPLICIT INTEGER`, and the fields behind it.
    if !first.constructed {
        let number = first.integer()?;
        let body = parts.required("eventInfo")?;
        return Ok(Some((Phase::I, Named::by_type(number), body)));
    }
    let event = ber.inner(&first)?;
    let (group, number) = (first.tag.number, event.tag.number);
    // Phase II: the tag of the event stands around a sequence. Of call control no field of Phase III that may come first is a sequence;
    // elsewhere one is (`primaryCall` of Service Completion Failure), and what was agreed on decides. Behind it may stand what is not known.
    let mut inner = event.elements();
    let sequence = inner.next().and_then(Result::ok);
    let sequence = sequence.filter(|sequence| sequence.tag == Tag::SEQUENCE);
    let named = Named::in_ii(group, number);
    let may_be_more = inner.rest().is_empty() || group == 0 || !matches!(named, Named::Not);
    let may_be_ii = group == 0 || phase < Phase::III && group < tag_of(Group::VendorSpecific);
    if let (Some(body), true) = (sequence, may_be_ii && may_be_more) {
        ber.strays(inner)?;
        return Ok(Some((Phase::II, named, body)));
    }
    let found = EVENTS
        .iter()
        .find(|(_, in_group, tag, _)| tag_of(*in_group) == group && *tag == number);
    Ok(Some((
        Phase::III,
        found.map_or(Named::Not, |(name, ..)| Named::Known(name)),
        event,
    )))
}

/// The tag of a group in Phase III.
const fn tag_of(group: Group) -> u32 {
    match group {
        Group::CallControl => 0,
        Group::CallAssociated => 1,
        Group::MediaAttachment => 2,
        Group::PhysicalDevice => 3,
        Group::LogicalDevice => 4,
        Group::Maintenance => 5,
        Group::VoiceUnit => 6,
        Group::VendorSpecific => 7,
    }
}

/// The group and the tag in Phase II of an event with this type in Phase I.
fn in_ii(i: i64) -> Option<(u32, u32)> {
    let i = u32::try_from(i).ok()?;
    Some((i / 100, (i % 100).checked_sub(1)?))
}

/// An event report that can be written.
pub(super) struct Layout<'a> {
    monitor: &'a Octets,
    phase: Phase,
    body: Writable<'a>,
}

enum Writable<'a> {
    /// It, with the tags by which it is known, outermost first.
    Fields(&'a Event, &'a dyn Node, u32, u32),
    /// What came as it is written.
    Raw(&'a [u8]),
}

impl<'a> Layout<'a> {
    /// Finds the event among those that `phase` has.
    pub(super) fn of(report: &'a EventReport, phase: Phase) -> Result<Self, EncodeError> {
        let name = report.event.name();
        let body = match (&report.event, report.event.node()) {
            (Event::Other(Unknown::Ber(bytes)), _) => Writable::Raw(bytes),
            (_, Some(node)) => {
                let (outer, inner) = tags(&report.event, phase).ok_or_else(|| not_in_encoding(name))?;
                Writable::Fields(&report.event, node, outer, inner)
            }
            _ => return Err(not_in_encoding(name)),
        };
        let monitor = &report.monitor_cross_ref_id;
        Ok(Layout { monitor, phase, body })
    }

    pub(super) fn write(&self, ber: &mut Writer) {
        let phase = self.phase;
        ber.constructed(Tag::SEQUENCE, |ber| {
            ber.primitive(MONITOR, &self.monitor.0);
            match (&self.body, phase) {
                (Writable::Raw(bytes), _) => ber.raw(bytes),
                (Writable::Fields(_, node, outer, inner), Phase::III) => {
                    ber.constructed(Tag::context(*outer), |ber| {
                        node.write_ber(ber, phase, Some(Tag::context(*inner)));
                    });
                }
                (Writable::Fields(event, node, outer, inner), Phase::II) => {
                    ber.constructed(Tag::context(*outer), |ber| {
                        ber.constructed(Tag::context(*inner), |ber| write_older(event, *node, ber, phase));
                    });
                    node.write_field("extensions", ber, phase, Some(EXTENSIONS));
                }
                (Writable::Fields(event, node, _, number), Phase::I) => {
                    ber.integer(Tag::context(0), i64::from(*number));
                    write_older(event, *node, ber, phase);
                    node.write_field("extensions", ber, phase, Some(EXTENSIONS));
                }
            }
        });
    }
}

/// The fields of an event in Phase I or II.
fn write_older(event: &Event, node: &dyn Node, ber: &mut Writer, phase: Phase) {
    match event {
        Event::Forwarding(event) => settings::write_forwarding_event(event, ber, phase),
        _ => node.write_ber(ber, phase, None),
    }
}

/// The tags of an event in a phase, outermost first; Phase I has one number only.
fn tags(event: &Event, phase: Phase) -> Option<(u32, u32)> {
    let name = event.name();
    let (_, group, tag, i) = EVENTS.iter().find(|(event, ..)| *event == name)?;
    let i = match event {
        Event::AgentWorkingAfterCall(work) if work.pending_agent_state == Some(PendingAfterCall::Ready) => {
            Some(WORK_READY)
        }
        _ => *i,
    };
    match phase {
        Phase::I => i.and_then(|number| Some((0, u32::try_from(number).ok()?))),
        Phase::II => i.and_then(in_ii),
        Phase::III => Some((tag_of(*group), *tag)),
    }
}
