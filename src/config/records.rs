//! `[switch.cdr]`: where the switch's call detail records can be read.

use super::section::Section;
use super::switch::zone;
use crate::link::{Database, Place, RecordSource, is_name};
use jiff::tz::TimeZone;
use lineside_wire::Private;

/// What a source is that is no file.
const DATABASE: &str = "mysql://";

/// What only a database takes.
const OF_DATABASE: [&str; 3] = ["secret", "secretFile", "table"];

/// The place, and the zone in which its times are written where that is not the site's.
pub(super) struct Records {
    place: Place,
    zone: Option<TimeZone>,
}

impl Records {
    pub(super) fn in_zone(self, site: TimeZone) -> RecordSource {
        RecordSource {
            place: self.place,
            zone: self.zone.unwrap_or(site),
        }
    }
}

pub(super) fn read(section: Section<'_>, known: &mut Vec<String>) -> Option<Records> {
    let zone = zone(&section);
    // All keys are asked for, so that one that is there and not wanted is not taken for unknown.
    let (secret, table) = (section.secret(), section.text("table"));
    let given = |key: &&&str| section.has(key);
    let place = match section.text("source") {
        Some(source) => match source.strip_prefix(DATABASE) {
            Some(place) => database(&section, place, secret, table),
            None if source.contains("://") => {
                section.wrong(
                    "source",
                    format!("it is neither the path of a file nor begins with {DATABASE:?}"),
                );
                None
            }
            None => {
                if let Some(key) = OF_DATABASE.iter().find(given) {
                    section.wrong(key, "this is for a database, and `source` is the path of a file");
                }
                section.path("source").map(Place::File)
            }
        },
        None => {
            if zone.is_some() || OF_DATABASE.iter().any(|key| section.has(key)) {
                section.wrong(
                    "source",
                    "`source` is missing: the path of Master.csv, which cdr_csv writes, or \"mysql://user@host/database\"",
                );
            }
            None
        }
    };
    known.extend(section.finish());
    place.map(|place| Records { place, zone })
}

fn database(
    section: &Section<'_>,
    place: &str,
    secret: Option<Private<String>>,
    table: Option<String>,
) -> Option<Place> {
    if secret.is_none() && !section.has("secret") && !section.has("secretFile") {
        section.wrong(
            "secret",
            "the database asks for a password: give `secret`, or `secretFile` with the path of a file",
        );
    }
    let database = Database::parse(place).map_err(|why| {
        let example = "write for example \"mysql://lineside@127.0.0.1/asteriskcdrdb\"";
        section.wrong("source", format!("{why}; {example}"));
    });
    let database = database.ok()?;
    let table = table.unwrap_or_else(|| database.table.clone());
    if !is_name(&table) {
        section.wrong("table", format!("{table:?} is no name of a table"));
    }
    Some(Place::Database(Database {
        secret: secret?,
        table,
        ..database
    }))
}
