//! Call detail records as Asterisk's `cdr_csv` writes them, or `cdr_adaptive_odbc` into a table: what is left of calls that nobody heard.

use crate::model::{Text, Wall};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fields that every line has, up to `amaflags`.
const FIELDS: usize = 16;
/// The most records that one break of the link can have.
pub(crate) const ROWS: usize = 10_000;

/// The columns that a table must have, as `cdr_adaptive_odbc` names them where `start` is called `calldate`, as FreePBX has it.
pub(crate) const COLUMNS: [&str; 11] = [
    "calldate",
    "duration",
    "billsec",
    "src",
    "dst",
    "clid",
    "channel",
    "dstchannel",
    "disposition",
    "uniqueid",
    "linkedid",
];

/// One record: who called whom, by which two channels. Its times are whole seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) unique: Text,
    /// The first channel of the whole call.
    pub(crate) linked: Text,
    pub(crate) channel: Text,
    /// The channel that was called; empty where none was.
    pub(crate) called: Text,
    /// The number that called.
    pub(crate) from: Text,
    /// The number that was called.
    pub(crate) to: Text,
    /// Name and number of who called, as in a header of a mail.
    pub(crate) caller: Text,
    /// What became of it, in Asterisk's words.
    pub(crate) disposition: Text,
    pub(crate) start: Wall,
    pub(crate) answer: Option<Wall>,
    pub(crate) end: Wall,
}

impl Row {
    /// Reads one line. What is wrong with it, is said for who configures Asterisk.
    pub(crate) fn read(line: &str, zone: &TimeZone) -> Result<Self, &'static str> {
        let fields = fields(line);
        let field = |at: usize| fields.get(at).map_or("", String::as_str);
        if fields.len() < FIELDS {
            return Err("it has no lines as cdr_csv writes them");
        }
        let unique = field(FIELDS);
        if begun(unique).is_none() {
            return Err("its lines have no unique ids: set `loguniqueid=yes` in [csv] of cdr.conf");
        }
        // The last three of the new columns are peeraccount, linkedid and sequence.
        let linked = fields.len().checked_sub(2).filter(|at| *at > FIELDS).map_or("", field);
        if begun(linked).is_none() {
            return Err("its lines have no linked ids: set `newcdrcolumns=yes` in [csv] of cdr.conf");
        }
        let time = |at| moment(field(at), zone, unique);
        let text = |at| Text::from(field(at));
        Ok(Row {
            unique: Text::from(unique),
            linked: Text::from(linked),
            channel: text(5),
            called: text(6),
            from: text(1),
            to: text(2),
            caller: text(4),
            disposition: text(14),
            start: time(9).ok_or("its lines have no time at which they start")?,
            answer: time(10),
            end: time(11).ok_or("its lines have no time at which they end")?,
        })
    }

    /// Takes one record of a table, as [`COLUMNS`] names its values. What is wrong with it, is said for who configures Asterisk.
    pub(crate) fn of_columns(values: &[String], zone: &TimeZone) -> Result<Self, &'static str> {
        let value = |at: usize| values.get(at).map_or("", String::as_str);
        let [unique, linked] = [value(9), value(10)];
        if begun(unique).is_none() {
            return Err(
                "its records have no unique ids: set `loguniqueid=yes` in cdr.conf, and fill the column uniqueid",
            );
        }
        if begun(linked).is_none() {
            return Err(
                "its records have no linked ids: fill the column linkedid, which cdr_adaptive_odbc does where it is there",
            );
        }
        let seconds = |at| value(at).parse::<u32>().map(|seconds| i64::from(seconds) * 1000);
        let start = moment(value(0), zone, unique).ok_or("its records have no time in calldate")?;
        let end = start.as_millis() + seconds(1).map_err(|_| "its records have no number of seconds in duration")?;
        let talk = seconds(2).map_err(|_| "its records have no number of seconds in billsec")?;
        let text = |at| Text::from(value(at));
        let disposition = text(8);
        Ok(Row {
            unique: Text::from(unique),
            linked: Text::from(linked),
            channel: text(6),
            called: text(7),
            from: text(3),
            to: text(4),
            caller: text(5),
            answer: (disposition.as_str() == "ANSWERED").then(|| Wall::from_millis(end - talk)),
            disposition,
            start,
            end: Wall::from_millis(end),
        })
    }
}

/// The records that a text has a line for.
pub(crate) fn lines(text: &str, zone: &TimeZone) -> impl Iterator<Item = Row> {
    text.lines().filter_map(|line| Row::read(line, zone).ok())
}

/// The records of the calls that began and ended between `from` and `to`, with all of their channels. A second that lies only partly in
/// that time does not count: what happened in it may have been heard.
pub(crate) fn within(rows: impl Iterator<Item = Row>, from: Wall, to: Wall) -> Vec<Row> {
    let mut calls: BTreeMap<Text, Vec<Row>> = BTreeMap::new();
    for row in rows {
        // Of a call that began earlier the first record is not here.
        if begun(&row.linked).is_some_and(|begun| begun >= from.as_millis()) {
            calls.entry(row.linked.clone()).or_default().push(row);
        }
    }
    let inside = |row: &Row| row.start >= from && row.end.as_millis().saturating_add(1000) <= to.as_millis();
    let whole = calls.into_values().filter(|rows| rows.iter().all(inside));
    let mut left = ROWS;
    // Whole calls: of a part of its records one would be told wrongly.
    let fits = whole.take_while(|rows| {
        let fit = rows.len() <= left;
        left = left.saturating_sub(rows.len());
        fit
    });
    fits.flatten().collect()
}

/// When the channel began that has this unique id, in milliseconds: `[system-]seconds.number`.
fn begun(unique: &str) -> Option<i64> {
    let (seconds, number) = unique.rsplit_once('.')?;
    let seconds = seconds.rsplit_once('-').map_or(seconds, |(_, seconds)| seconds);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(seconds) || !digits(number) {
        return None;
    }
    seconds.parse::<i64>().ok()?.checked_mul(1000)
}

/// A time in the zone. In the hour that comes twice when clocks are changed it is the one that is nearer to the unique id of the channel.
fn moment(text: &str, zone: &TimeZone, unique: &str) -> Option<Wall> {
    let time: DateTime = text.parse().ok()?;
    let both = zone.to_ambiguous_timestamp(time);
    let both = [both.earlier().ok()?, both.later().ok()?].map(|time| time.as_millisecond());
    let near = begun(unique)?;
    let nearest = both.into_iter().min_by_key(|time| time.abs_diff(near));
    nearest.map(Wall::from_millis)
}

/// The fields of a line: in quotes, which are doubled within, with commas between.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let (mut quoted, mut before) = (false, ' ');
    for letter in line.trim_end().chars() {
        let last = fields.last_mut();
        match (letter, last) {
            ('"', Some(field)) => {
                // The second of two quotes stands for one of them.
                if before == '"' && !quoted {
                    field.push('"');
                }
                quoted = !quoted;
            }
            (',', _) if !quoted => fields.push(String::new()),
            (letter, Some(field)) => field.push(letter),
            (_, None) => {}
        }
        before = letter;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#""","1001","1002","internal","""Alice, ""A"""" <1001>","PJSIP/1001-00000001","PJSIP/1002-00000002","Dial","PJSIP/1002","2026-11-21 10:00:05","2026-11-21 10:00:08","2026-11-21 10:00:20",15,12,"ANSWERED","DOCUMENTATION","1795255205.1","","","1795255205.1","7""#;

    fn wall(text: &str) -> Wall {
        text.parse().unwrap()
    }

    #[test]
    fn a_line_is_read_with_its_quotes_and_in_its_zone() {
        let row = Row::read(LINE, &TimeZone::get("Europe/Berlin").unwrap()).unwrap();
        assert_eq!((row.from.as_str(), row.to.as_str()), ("1001", "1002"));
        assert!(row.caller.starts_with("\"Alice, "), "{:?}", row.caller);
        assert_eq!(
            (row.unique.as_str(), row.linked.as_str()),
            ("1795255205.1", "1795255205.1")
        );
        assert_eq!(row.start, wall("2026-11-21T09:00:05Z"));
        assert_eq!(
            (row.answer, row.end),
            (Some(wall("2026-11-21T09:00:08Z")), wall("2026-11-21T09:00:20Z"))
        );
    }

    fn record() -> [String; 11] {
        let values = [
            "2026-11-21 10:00:05",
            "15",
            "12",
            "1001",
            "1002",
            "\"Alice\" <1001>",
            "PJSIP/1001-00000001",
            "PJSIP/1002-00000002",
            "ANSWERED",
            "1795255205.1",
            "1795255205.1",
        ];
        values.map(str::to_owned)
    }

    #[test]
    fn a_record_of_a_table_says_when_it_was_answered_and_ended_by_how_long_it_took() {
        let row = Row::of_columns(&record(), &TimeZone::UTC).unwrap();
        assert_eq!((row.from.as_str(), row.to.as_str()), ("1001", "1002"));
        assert_eq!(
            (row.channel.as_str(), row.called.as_str()),
            ("PJSIP/1001-00000001", "PJSIP/1002-00000002")
        );
        assert_eq!(
            (row.start, row.answer, row.end),
            (
                wall("2026-11-21T10:00:05Z"),
                Some(wall("2026-11-21T10:00:08Z")),
                wall("2026-11-21T10:00:20Z")
            )
        );
        let mut busy = record();
        (busy[8], busy[2]) = ("BUSY".to_owned(), "0".to_owned());
        assert_eq!(Row::of_columns(&busy, &TimeZone::UTC).unwrap().answer, None);
    }

    #[test]
    fn what_a_record_of_a_table_lacks_is_said() {
        for (at, what) in [
            (0, "calldate"),
            (1, "duration"),
            (2, "billsec"),
            (9, "unique"),
            (10, "linked"),
        ] {
            let mut record = record();
            record[at].clear();
            let why = Row::of_columns(&record, &TimeZone::UTC).unwrap_err();
            assert!(why.contains(what), "{why}");
            assert!(Row::of_columns(&record[..at], &TimeZone::UTC).is_err());
        }
    }

    #[test]
    fn in_the_hour_that_comes_twice_the_unique_id_says_which_it_is() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let of = |begun: &str| {
            let mut record = record();
            record[0] = "2026-10-25 02:30:00".to_owned();
            record[9] = format!("{}.7", wall(begun).as_millis() / 1000);
            Row::of_columns(&record, &zone).unwrap().start
        };
        for begun in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            assert_eq!(of(begun), wall(begun));
        }
    }

    #[test]
    fn what_the_configuration_of_asterisk_lacks_is_said() {
        let cut = |fields: usize| {
            let all: Vec<&str> = LINE.split(',').collect();
            // The name has a comma of its own.
            all[..=fields].join(",")
        };
        assert!(
            Row::read(&cut(16), &TimeZone::UTC)
                .unwrap_err()
                .contains("loguniqueid=yes")
        );
        assert!(
            Row::read(&cut(18), &TimeZone::UTC)
                .unwrap_err()
                .contains("newcdrcolumns=yes")
        );
        assert!(Row::read("", &TimeZone::UTC).is_err());
    }

    #[test]
    fn only_calls_that_lie_wholly_in_the_time_are_taken() {
        let of = |from: &str, to: &str| within(lines(LINE, &TimeZone::UTC), wall(from), wall(to)).len();
        assert_eq!(of("2026-11-21T10:00:05Z", "2026-11-21T10:00:21Z"), 1);
        // It may have begun before in the same second, or ended later.
        assert_eq!(of("2026-11-21T10:00:05.001Z", "2026-11-21T10:00:21Z"), 0);
        assert_eq!(of("2026-11-21T10:00:05Z", "2026-11-21T10:00:20.999Z"), 0);
    }

    #[test]
    fn a_call_of_which_a_part_is_not_in_the_time_is_left_out_altogether() {
        let other = LINE
            .replace("\"1795255205.1\",\"\",\"\"", "\"1795255206.3\",\"\",\"\"")
            .replace("10:00:20", "10:05:00");
        let text = format!("{LINE}\n{other}\n");
        let of = |to: &str| within(lines(&text, &TimeZone::UTC), wall("2026-11-21T10:00:00Z"), wall(to)).len();
        assert_eq!((of("2026-11-21T10:01:00Z"), of("2026-11-21T10:06:00Z")), (0, 2));
        // The first leg began before, and its record is not here.
        let later = within(
            lines(&text, &TimeZone::UTC),
            wall("2026-11-21T10:00:06Z"),
            wall("2026-11-21T10:06:00Z"),
        );
        assert!(later.is_empty());
    }

    #[test]
    fn no_line_breaks_the_reader() {
        for length in 0..LINE.len() {
            let Some(cut) = LINE.get(..length) else { continue };
            let _ = Row::read(cut, &TimeZone::UTC);
            let _ = within(
                lines(cut, &TimeZone::UTC),
                wall("2026-11-21T10:00:05Z"),
                wall("2026-11-21T10:00:21Z"),
            );
        }
    }
}
