//! What an application asks of the virtual switch happens, and is told as a real one tells it.
use crate::sim::recording::Recording;
use crate::sim::switch::Asterisk;
use bytes::BytesMut;
use lineside_ami::server::{Config, Event, Server, User};
use lineside_ami::{DecodeLimits, Decoder, Message, Outgoing};
use lineside_wire::{Session as _, Tick};
use std::time::Duration;

/// An idle switch, and one who asks it.
struct Site {
    asterisk: Asterisk,
    server: Server,
    now: Tick,
    told: Vec<Message>,
}

fn decoded(message: Outgoing) -> Message {
    let mut bytes = BytesMut::from(message.encode().unwrap());
    Decoder::new(DecodeLimits::default()).next(&mut bytes).unwrap().unwrap()
}

impl Site {
    fn new() -> Self {
        let mut asterisk = Asterisk::playing(Vec::new(), 1_795_236_148_000_000, 7);
        asterisk.close();
        let config = Config::new(vec![User::new("test", "secret")], "123456789");
        let mut server = Server::new(Tick::ZERO, config).unwrap();
        let login = "Action: Login\r\nUsername: test\r\nSecret: secret\r\n\r\n";
        server.handle_bytes(Tick::ZERO, &mut BytesMut::from(login)).unwrap();
        Site {
            asterisk,
            server,
            now: Tick::ZERO,
            told: Vec::new(),
        }
    }

    /// What it answers to an action: response and message.
    fn ask(&mut self, action: &str) -> (String, String) {
        let text = format!("{}\r\nActionID: 1\r\n\r\n", action.trim().replace('\n', "\r\n"));
        let mut bytes = BytesMut::from(text.as_str());
        self.server.handle_bytes(self.now, &mut bytes).unwrap();
        loop {
            if let Event::Action(action) = self.server.poll_event().unwrap() {
                let answer = self.asterisk.handle_action(self.now, &action).0;
                let answer = decoded(answer.into_iter().next().unwrap());
                return (text_of(&answer, "Response"), text_of(&answer, "Message"));
            }
        }
    }

    fn originate(&mut self, from: &str, to: &str, id: &str) -> (String, String) {
        self.ask(&format!(
            "Action: Originate\nChannel: PJSIP/{from}\nContext: internal\nExten: {to}\nPriority: 1\nTimeout: 5000\nAsync: true\nChannelId: {id}"
        ))
    }

    fn play(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.asterisk.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            let told = self.asterisk.handle_timeout(self.now);
            self.told.extend(told.into_iter().map(decoded));
        }
        self.now = end;
    }

    fn of(&self, event: &str) -> Vec<&Message> {
        self.told.iter().filter(|message| message.is_event(event)).collect()
    }
}

fn text_of(message: &Message, key: &str) -> String {
    message
        .get(key)
        .map(|value| value.text().text.into_owned())
        .unwrap_or_default()
}

/// What happens to the channels of one endpoint, in order. Asterisk keeps the order of one channel, and no other.
fn story(told: &[Message], endpoint: &str) -> Vec<String> {
    const TELLING: [&str; 9] = [
        "Newchannel",
        "Newstate",
        "DialBegin",
        "DialState",
        "DialEnd",
        "BridgeEnter",
        "BridgeLeave",
        "HangupRequest",
        "Hangup",
    ];
    let told = told.iter().filter_map(|message| {
        let name = TELLING.iter().find(|name| message.is_event(name))?;
        let prefix = if name.starts_with("Dial") { "Dest" } else { "" };
        let channel = text_of(message, &format!("{prefix}Channel"));
        let state = text_of(message, &format!("{prefix}ChannelState"));
        let status = text_of(message, "DialStatus");
        let mine = channel.starts_with(&format!("PJSIP/{endpoint}-"));
        mine.then(|| format!("{name} {state} {status}"))
    });
    told.collect()
}

#[test]
fn a_call_that_is_made_is_told_as_a_real_switch_tells_it() {
    let recorded = Recording::read(include_str!(
        "../../../vendor-profiles/asterisk/asterisk/cases/click_to_dial/asterisk-22.capture.ndjson"
    ));
    let recorded: Vec<Message> = recorded.events.into_iter().map(|(_, message)| message).collect();
    let mut site = Site::new();
    let said = site.originate("1001", "1002", "mine-1");
    assert_eq!(said, ("Success".to_owned(), "Originate successfully queued".to_owned()));
    site.play(Duration::from_secs(300));
    for endpoint in ["1001", "1002"] {
        assert_eq!(story(&site.told, endpoint), story(&recorded, endpoint), "{endpoint}");
    }
    assert!(site.asterisk.is_idle());
    assert_eq!(text_of(site.of("OriginateResponse")[0], "Uniqueid"), "mine-1");
}

#[test]
fn a_call_to_a_busy_number_is_told_as_a_real_switch_tells_it() {
    let recorded = Recording::read(include_str!(
        "../../../vendor-profiles/asterisk/asterisk/cases/busy/asterisk-22.capture.ndjson"
    ));
    let recorded: Vec<Message> = recorded.events.into_iter().map(|(_, message)| message).collect();
    let mut site = Site::new();
    site.originate("1001", "1097", "mine-1");
    site.play(Duration::from_secs(300));
    assert_eq!(story(&site.told, "1097"), story(&recorded, "1002"));
    assert!(site.asterisk.is_idle());
}

#[test]
fn no_id_is_given_to_two_channels() {
    let mut site = Site::new();
    site.originate("1001", "1002", "mine-1");
    site.play(Duration::from_secs(2));
    site.originate("1003", "1002", "mine-1");
    site.play(Duration::from_secs(2));
    assert_eq!(site.of("Newchannel").len(), 2);
    let second = site.of("OriginateResponse")[1];
    assert_eq!(text_of(second, "Response"), "Failure");
}

#[test]
fn who_does_not_answer_is_given_up_in_the_time_that_was_asked_for() {
    let mut site = Site::new();
    site.originate("1098", "1002", "mine-1");
    site.play(Duration::from_secs(6));
    let response = site.of("OriginateResponse")[0];
    let (how, why) = (text_of(response, "Response"), text_of(response, "Reason"));
    assert_eq!((how.as_str(), why.as_str()), ("Failure", "3"));
    assert!(site.asterisk.is_idle());
}

#[test]
fn what_cannot_be_done_is_refused_in_the_words_of_asterisk() {
    let mut site = Site::new();
    for (action, words) in [
        ("Action: Hangup\nChannel: nobody", "No such channel"),
        (
            "Action: Redirect\nChannel: nobody\nContext: internal\nExten: 1002\nPriority: 1",
            "Channel does not exist: nobody",
        ),
        ("Action: PlayDTMF\nChannel: nobody\nDigit: 1", "Channel not found"),
        ("Action: MixMonitor\nChannel: nobody\nFile: a.wav", "No such channel"),
        (
            "Action: Originate\nChannel: PJSIP/1001\nContext: internal\nExten: 4711\nPriority: 1\nAsync: true",
            "Extension does not exist.",
        ),
        ("Action: Teapot", "Invalid/unknown command"),
    ] {
        assert_eq!(site.ask(action), ("Error".to_owned(), words.to_owned()), "{action}");
    }
}

#[test]
fn who_transfers_leaves_and_the_other_goes_on() {
    let mut site = Site::new();
    site.originate("1001", "1002", "mine-1");
    site.play(Duration::from_secs(3));
    let said = site.ask("Action: BlindTransfer\nChannel: mine-1\nContext: internal\nExten: 1003");
    assert_eq!(said.1, "Transfer succeeded");
    site.play(Duration::from_secs(3));
    let entered = site
        .of("BridgeEnter")
        .into_iter()
        .map(|event| text_of(event, "Channel"));
    let endpoints: Vec<String> = entered.map(|name| name.split('-').next().unwrap().to_owned()).collect();
    assert_eq!(endpoints, ["PJSIP/1002", "PJSIP/1001", "PJSIP/1003", "PJSIP/1002"]);
    let ended = site.of("Hangup");
    assert_eq!(text_of(ended[0], "Uniqueid"), "mine-1");
}

#[test]
fn a_caller_who_is_sent_elsewhere_cancels_whom_it_dialled() {
    let mut site = Site::new();
    site.originate("1001", "1098", "mine-1");
    site.play(Duration::from_secs(2));
    let said = site.ask("Action: Redirect\nChannel: mine-1\nContext: internal\nExten: 1003\nPriority: 1");
    assert_eq!(said.1, "Redirect successful");
    site.play(Duration::from_secs(3));
    assert!(story(&site.told, "1098").contains(&"DialEnd 5 CANCEL".to_owned()));
    assert!(story(&site.told, "1003").contains(&"BridgeEnter 6 ".to_owned()));
}

#[test]
fn digits_recordings_and_their_pauses_are_told() {
    let mut site = Site::new();
    site.originate("1001", "1002", "mine-1");
    site.play(Duration::from_secs(3));
    for action in [
        "Action: PlayDTMF\nChannel: mine-1\nDigit: 5\nDuration: 100\nReceive: true",
        "Action: MixMonitor\nChannel: mine-1\nFile: a.wav",
        "Action: MixMonitorMute\nChannel: mine-1\nDirection: both\nState: 1",
        "Action: StopMixMonitor\nChannel: mine-1",
        "Action: MuteAudio\nChannel: mine-1\nDirection: in\nState: on",
    ] {
        assert_eq!(site.ask(action).0, "Success", "{action}");
    }
    assert_eq!(site.ask("Action: StopMixMonitor\nChannel: mine-1").0, "Error");
    site.play(Duration::from_secs(1));
    let names = [
        "DTMFBegin",
        "MixMonitorStart",
        "MixMonitorMute",
        "MixMonitorStop",
        "DTMFEnd",
    ];
    let told: Vec<&str> = site
        .told
        .iter()
        .filter_map(|message| names.into_iter().find(|name| message.is_event(name)))
        .collect();
    assert_eq!(told, names);
    let end = site.of("DTMFEnd")[0];
    assert_eq!(
        (text_of(end, "Digit"), text_of(end, "Direction")),
        ("5".to_owned(), "Received".to_owned())
    );
}

#[test]
fn what_is_kept_of_telephones_is_written_read_and_deleted_in_the_words_of_asterisk() {
    let mut site = Site::new();
    let entry = "Family: CF\nKey: 1001";
    for (action, answer) in [
        (format!("Action: DBGet\n{entry}"), ("Error", "Database entry not found")),
        (
            format!("Action: DBDel\n{entry}"),
            ("Error", "Database entry could not be deleted"),
        ),
        (
            format!("Action: DBPut\n{entry}\nVal: 1002"),
            ("Success", "Updated database successfully"),
        ),
        (format!("Action: DBGet\n{entry}"), ("Success", "Result will follow")),
        (
            format!("Action: DBDel\n{entry}"),
            ("Success", "Key deleted successfully"),
        ),
        (
            "Action: DeviceStateList".to_owned(),
            ("Success", "Device State Changes will follow"),
        ),
    ] {
        let said = site.ask(&action);
        assert_eq!((said.0.as_str(), said.1.as_str()), answer, "{action}");
    }
    let set = |state: &str| format!("Action: Setvar\nVariable: DEVICE_STATE(Custom:DND1001)\nValue: {state}");
    for state in ["BUSY", "BUSY", "NOT_INUSE"] {
        assert_eq!(site.ask(&set(state)).0, "Success");
        site.play(Duration::from_millis(1));
    }
    assert_eq!(site.ask(&set("NONSENSE")).1, "Variable not set");
    let told: Vec<String> = site
        .of("DeviceStateChange")
        .iter()
        .map(|m| text_of(m, "State"))
        .collect();
    assert_eq!(told, ["BUSY", "NOT_INUSE"], "only where it changes");
}
