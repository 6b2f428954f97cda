use super::*;
use crate::link::{Input, Missed};
use crate::model::{LinkRole, Now, Wall};
use bytes::Bytes;
use lineside_wire::Tick;

#[test]
fn every_input_comes_back_from_its_line_as_it_went_in() {
    let inputs = [
        Input::Connected(LinkRole::Events),
        Input::ConnectFailed(LinkRole::Actions, "refused".to_owned()),
        Input::Bytes(
            LinkRole::Events,
            Bytes::from_static("Event: Hangup\r\nName: Zoë\r\n\r\n".as_bytes()),
        ),
        Input::Bytes(LinkRole::Events, Bytes::from_static(b"Name: Zo\xeb\r\n\x00")),
        Input::Eof(LinkRole::Events, None),
        Input::Eof(LinkRole::Events, Some("reset".to_owned())),
        Input::Timeout,
        Input::Missed(Missed {
            from: Wall::from_millis(1),
            to: Wall::from_millis(2),
            rows: Vec::new(),
        }),
        Input::Shutdown,
    ];
    let now = Now {
        tick: Tick::from_micros(17),
        wall: Wall::from_millis(1_795_236_148_907),
    };
    for input in inputs {
        let line = serde_json::to_string(&Line::new(now, &input)).unwrap();
        let read: Line = serde_json::from_str(&line).unwrap();
        assert_eq!(read.input(), Some((now, input)), "{line}");
    }
}

#[test]
fn records_of_a_format_that_did_not_tell_of_when_they_are_read_on() {
    let read: Line = serde_json::from_str(r#"{"t":1,"w":1,"missed":[]}"#).unwrap();
    assert_eq!(read.input().unwrap().1, Input::Missed(Missed::default()));
}

#[test]
fn a_line_that_tells_nothing_is_no_input() {
    for line in [
        r#"{"t":1,"w":1}"#,
        r#"{"t":1,"w":1,"c":"events"}"#,
        r#"{"t":1,"w":1,"c":"events","in64":"!"}"#,
    ] {
        let read: Line = serde_json::from_str(line).unwrap();
        assert_eq!(read.input(), None, "{line}");
    }
}

#[test]
fn a_header_says_what_the_machine_was_made_of_and_no_secret() {
    let header: Header = serde_json::from_str(
        r#"{"lineside":"capture","format":1,"switch":"hq","profile":"asterisk/asterisk","wall":"2026-11-21T04:42:28.907Z"}"#,
    )
    .unwrap();
    let text = serde_json::to_string(&header).unwrap();
    let again: Header = serde_json::from_str(&text).unwrap();
    assert_eq!((again.seed, again.wall), (header.seed, header.wall));
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn a_capture_ends_at_its_largest_size_with_a_whole_line_and_what_was_there_before_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hq.ndjson");
    std::fs::write(&file, "before").unwrap();
    let header: Header = serde_json::from_str(
        r#"{"lineside":"capture","format":1,"switch":"hq","profile":"asterisk/asterisk","wall":"2026-11-21T04:42:28.907Z"}"#,
    )
    .unwrap();
    let mut capture = Capture::bounded(&file, &header, 2000).unwrap();
    let input = Input::Bytes(LinkRole::Events, Bytes::from(vec![b'x'; 100]));
    for _ in 0..100 {
        capture.input(Now::default(), &input);
    }
    drop(capture);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        (1000..=2000).contains(&text.len()) && text.ends_with("}\n"),
        "{} bytes",
        text.len()
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("hq.ndjson.1")).unwrap(),
        "before"
    );
}
