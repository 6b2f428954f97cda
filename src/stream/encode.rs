//! Events to bytes, once for everybody.

use super::keys::Keys;
use crate::model::{Call, Data, Envelope, Event, EventType, Sequence, SwitchName, Text};
use crate::store::Record;
use bytes::{Bytes, BytesMut};

/// Space for many events at a time; each event is a slice of it.
const CHUNK: usize = 64 * 1024;

/// Encodes events into slices of shared chunks.
#[derive(Debug)]
pub(super) struct Encoder {
    bridge: Text,
    /// Where an event is written; its allocation stays.
    text: Vec<u8>,
    chunk: BytesMut,
    keys: Keys,
}

impl Encoder {
    pub(super) fn new(bridge: Text) -> Self {
        Encoder {
            bridge,
            text: Vec::new(),
            chunk: BytesMut::with_capacity(CHUNK),
            keys: Keys::default(),
        }
    }

    /// Gives the event its number and encodes it. `history` is told only when the call ends.
    pub(super) fn encode(
        &mut self,
        id: Sequence,
        group: Sequence,
        switch: Option<&SwitchName>,
        event: &mut Event,
    ) -> Result<Record, serde_json::Error> {
        event.set_sequence(id);
        let kept = match &mut event.data {
            Data::Call(data) if event.kind != EventType::Cleared => std::mem::take(&mut data.call.history),
            _ => Vec::new(),
        };
        let body = self.body(id, group, switch, event);
        let masked = self.masked(id, group, switch, event).transpose();
        if let Data::Call(data) = &mut event.data
            && event.kind != EventType::Cleared
        {
            data.call.history = kept;
        }
        self.keys.clear();
        self.keys.of_data(&event.data);
        Ok(Record {
            id,
            group,
            kind: event.kind.as_str(),
            switch: switch.map_or_else(Text::default, |s| Text::from(s.clone())),
            keys: self.keys.as_str().into(),
            at: event.received_at.as_millis(),
            body: body?,
            masked: masked?,
        })
    }

    fn body(
        &mut self,
        id: Sequence,
        group: Sequence,
        switch: Option<&SwitchName>,
        event: &Event,
    ) -> Result<Bytes, serde_json::Error> {
        let tenant = match &event.data {
            Data::Call(data) => data.call.tenant.as_str(),
            _ => Call::DEFAULT_TENANT,
        };
        let switch = switch.map(SwitchName::as_str);
        let envelope = Envelope {
            id,
            group,
            bridge: &self.bridge,
            switch,
            tenant,
            event,
        };
        self.text.clear();
        serde_json::to_writer(&mut self.text, &envelope)?;
        if self.chunk.capacity() < self.text.len() {
            self.chunk = BytesMut::with_capacity(CHUNK.max(self.text.len()));
        }
        self.chunk.extend_from_slice(&self.text);
        Ok(self.chunk.split().freeze())
    }

    /// The same with the digits blacked out, where there are any.
    fn masked(
        &mut self,
        id: Sequence,
        group: Sequence,
        switch: Option<&SwitchName>,
        event: &mut Event,
    ) -> Option<Result<Bytes, serde_json::Error>> {
        let Data::Call(data) = &mut event.data else { return None };
        let digits = data.digits.take()?;
        data.digits = Some(Text::from("x".repeat(digits.chars().count())).into());
        let body = self.body(id, group, switch, event);
        if let Data::Call(data) = &mut event.data {
            data.digits = Some(digits);
        }
        Some(body)
    }
}
