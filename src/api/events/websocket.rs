//! A WebSocket: hello, then what was asked for; the client may ask anew, and ping.

use super::super::App;
use super::super::connection::Connection;
use super::super::problem::Problem;
use super::hello;
use crate::model::Sequence;
use crate::service::{Caller, Control, EventsAsked, Frame, Next, Service, Subscription};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt as _;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most messages between two looks at what the client says.
const BURST: usize = 64;

const BAD_MESSAGE: u16 = 4000;
const TOO_SLOW: u16 = 4008;
const GOING_AWAY: u16 = 4012;

/// Why it ends.
enum End {
    /// The client went.
    Gone,
    /// We say so, and why.
    Closing(u16, String),
}

/// What a client may say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
enum Said {
    Ping,
    Subscribe {
        #[serde(default)]
        filter: BTreeMap<String, OneOrMore>,
        since: Option<String>,
        snapshot: Option<bool>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn values(&self) -> &[String] {
        match self {
            OneOrMore::One(one) => std::slice::from_ref(one),
            OneOrMore::More(more) => more,
        }
    }
}

pub(super) async fn serve(
    mut socket: WebSocket,
    app: Arc<App>,
    connection: Connection,
    asked: Result<(Caller, EventsAsked), Problem>,
) {
    let (end, position) = match asked {
        Ok((caller, asked)) => {
            let subscription = app.service.subscribe(asked);
            let given = subscription.position();
            let mut client = Client {
                socket: &mut socket,
                app: &app,
                caller,
                subscription,
                given,
            };
            let end = client.run().await;
            (end, client.given)
        }
        Err(problem) => (
            End::Closing(problem.close_code(), problem.detail.into()),
            app.service.head(),
        ),
    };
    let End::Closing(code, detail) = end else { return };
    let closing = Control::Closing {
        code,
        sequence: position,
        detail,
    };
    if tokio::time::timeout(app.config.closing_timeout, say_goodbye(&mut socket, &closing))
        .await
        .is_err()
    {
        connection.reset();
    }
}

/// Tells why, and waits for the client to close too: what is on its way would be lost with a socket that just vanishes.
async fn say_goodbye(socket: &mut WebSocket, closing: &Control) {
    let Control::Closing { code, detail, .. } = closing else {
        return;
    };
    let mut reason = detail.clone();
    // RFC 6455, 5.5: a control frame holds 125 bytes, two of which are the code.
    while reason.len() > 123 {
        reason.pop();
    }
    if send(socket, closing.frame()).await.is_ok() {
        let close = CloseFrame {
            code: *code,
            reason: reason.into(),
        };
        if socket.send(Message::Close(Some(close))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    }
}

fn message(frame: Frame) -> Message {
    // What is not UTF-8 would be a fault of ours; JSON is.
    Utf8Bytes::try_from(frame.body).map_or_else(|_| Message::Text(Utf8Bytes::default()), Message::Text)
}

async fn send(socket: &mut WebSocket, frame: Frame) -> Result<(), End> {
    socket.send(message(frame)).await.map_err(|_| End::Gone)
}

/// Hands a message over to be sent; from then on it counts as given.
async fn feed(socket: &mut WebSocket, frame: Frame, given: &mut Sequence) -> Result<(), End> {
    let position = frame.position;
    socket.feed(message(frame)).await.map_err(|_| End::Gone)?;
    *given = position.unwrap_or(*given);
    Ok(())
}

struct Client<'a> {
    socket: &'a mut WebSocket,
    app: &'a App,
    caller: Caller,
    subscription: Subscription,
    /// Up to here everything is on its way: what was taken to be sent and then was not does not count.
    given: Sequence,
}

impl Client<'_> {
    async fn run(&mut self) -> End {
        match self.talk().await {
            Ok(()) => End::Gone,
            Err(end) => end,
        }
    }

    async fn talk(&mut self) -> Result<(), End> {
        self.say(&hello(&self.app.service)).await?;
        self.say(&subscribed(&self.app.service)).await?;
        loop {
            tokio::select! {
                biased;
                () = self.app.shutdown.cancelled() => return Err(going_away()),
                said = self.socket.recv() => match said {
                    Some(Ok(Message::Text(text))) => self.hear(&text).await?,
                    Some(Ok(Message::Binary(_))) => {
                        return Err(End::Closing(BAD_MESSAGE, "messages are text, not binary".to_owned()));
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_))) | None => return Ok(()),
                    Some(Err(error)) => return Err(End::Closing(BAD_MESSAGE, format!("not a message: {error}"))),
                },
                next = self.subscription.next() => match next {
                    Next::Frame(frame) => self.pass_on(frame).await?,
                    Next::Cut => return Err(too_slow()),
                },
            }
        }
    }

    /// Sends what is there, and is cut short where the client takes too long.
    async fn pass_on(&mut self, first: Frame) -> Result<(), End> {
        let cut = self.subscription.cut();
        let (socket, subscription, given) = (&mut *self.socket, &mut self.subscription, &mut self.given);
        let sending = async {
            feed(socket, first, given).await?;
            for _ in 1..BURST {
                let Some(frame) = subscription.try_next() else { break };
                feed(socket, frame, given).await?;
            }
            socket.flush().await.map_err(|_| End::Gone)
        };
        tokio::select! {
            result = sending => result,
            () = cut.cancelled() => Err(too_slow()),
            () = self.app.shutdown.cancelled() => Err(going_away()),
        }
    }

    async fn say(&mut self, control: &Control) -> Result<(), End> {
        let cut = self.subscription.cut();
        tokio::select! {
            result = send(self.socket, control.frame()) => result,
            () = cut.cancelled() => Err(too_slow()),
            () = self.app.shutdown.cancelled() => Err(going_away()),
        }
    }

    async fn hear(&mut self, text: &str) -> Result<(), End> {
        let bad = |detail: String| End::Closing(BAD_MESSAGE, detail);
        let said: Said = serde_json::from_str(text).map_err(|error| bad(explain(text, &error)))?;
        let Said::Subscribe {
            filter,
            since,
            snapshot,
        } = said
        else {
            return self.say(&Control::Pong).await;
        };
        let snapshot = snapshot.map(|snapshot| snapshot.to_string());
        let filter = filter
            .iter()
            .flat_map(|(name, values)| values.values().iter().map(|v| (name.as_str(), v.as_str())));
        let start = [("since", since.as_deref()), ("snapshot", snapshot.as_deref())];
        let start = start.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let asked = self.app.service.ask_events(&self.caller, filter.chain(start));
        let asked = asked
            .map_err(Problem::from)
            .map_err(|problem| End::Closing(problem.close_code(), problem.detail.into()))?;
        self.subscription = self.app.service.subscribe(asked);
        self.given = self.subscription.position();
        self.say(&subscribed(&self.app.service)).await
    }
}

fn subscribed(service: &Service) -> Control {
    Control::Subscribed {
        sequence: service.head(),
    }
}

fn too_slow() -> End {
    End::Closing(
        TOO_SLOW,
        "too slow: what waits for this client is more than it may be; go on with since".to_owned(),
    )
}

fn going_away() -> End {
    End::Closing(
        GOING_AWAY,
        "the bridge goes away; go on with since where it comes back".to_owned(),
    )
}

/// Says what was wrong with a message; the words of the tag are serde's own otherwise.
fn explain(text: &str, error: &serde_json::Error) -> String {
    let known = r#"{"type":"subscribe","filter":{},"since":"…","snapshot":false} or {"type":"ping"}"#;
    match serde_json::from_str::<Value>(text) {
        Err(error) => format!(
            "not JSON at line {}, column {}; expected {known}",
            error.line(),
            error.column()
        ),
        Ok(_) => format!("{error}; expected {known}"),
    }
}
