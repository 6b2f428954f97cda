//! Call detail records in a database of MariaDB or MySQL, as FreePBX keeps them: one connection for each reading, which only reads.

use crate::model::Wall;
use crate::normalize::cdr::{COLUMNS, ROWS, Row, within};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use lineside_wire::Private;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Error, Opts, OptsBuilder, Value};
use std::fmt;
use std::time::Duration;
use tokio::time::timeout;

/// How long it may take to connect and to be let in.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(20);
/// The most bytes of one record.
const RECORD: usize = 64 << 10;
/// Where clocks are changed between two times, the order of what they show is not that of what happened.
const HOUR: i64 = 3_600_000;

/// `source = "mysql://user@host/database"` in `[switch.cdr]`.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) user: String,
    pub(crate) secret: Private<String>,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) database: String,
    pub(crate) table: String,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Database {
            user,
            host,
            port,
            database,
            table,
            ..
        } = self;
        write!(f, "mysql://{user}@{host}:{port}/{database}, table {table}")
    }
}

impl Database {
    /// What is written in a configuration as `user@host[:port]/database`. The error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let (place, database) = text.rsplit_once('/').ok_or("the name of the database is missing")?;
        let (user, address) = place.rsplit_once('@').ok_or("the user is missing")?;
        if user.contains(':') {
            return Err("the password does not belong here: give `secret`, or `secretFile` with the path of a file");
        }
        let port = |port: &str| port.parse::<u16>().ok().filter(|port| *port != 0);
        let (host, port) = match address.rsplit_once(':').filter(|_| !address.ends_with(']')) {
            Some((host, text)) => (host, port(text).ok_or("the port is no number")?),
            None => (address, 3306),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if user.is_empty() || host.is_empty() {
            return Err("the user and the host are missing");
        }
        if !is_name(database) {
            return Err("the name of the database is none");
        }
        Ok(Database {
            user: user.to_owned(),
            secret: Private::new(String::new()),
            host: host.to_owned(),
            port,
            database: database.to_owned(),
            table: "cdr".to_owned(),
        })
    }

    /// Can it be read, and does it have what is needed? Says when its last record begins, where there is one.
    pub(super) async fn examine(&self, zone: &TimeZone) -> Result<Option<Wall>, String> {
        let mut connection = self.connect().await?;
        let columns = format!("SHOW COLUMNS FROM `{}`", self.table);
        let columns = self.ask(&mut connection, columns).await?;
        let known: Vec<String> = columns.iter().filter_map(|column| column.first().cloned()).collect();
        let missing: Vec<&str> = COLUMNS
            .into_iter()
            .filter(|needed| !known.iter().any(|known| known.eq_ignore_ascii_case(needed)))
            .collect();
        if !missing.is_empty() {
            return Err(format!(
                "the table has no column {}: add it, and cdr_adaptive_odbc fills it after `module reload cdr_adaptive_odbc.so`",
                missing.join(", ")
            ));
        }
        let last = format!("{} ORDER BY calldate DESC LIMIT 1", self.select());
        let last = self.ask(&mut connection, last).await?;
        let last = last.first().map(|record| Row::of_columns(record, zone)).transpose()?;
        self.close(connection).await;
        Ok(last.map(|row| row.start))
    }

    /// The records of the calls that began and ended between `from` and `to`.
    pub(super) async fn read(&self, zone: &TimeZone, from: Wall, to: Wall) -> Result<Vec<Row>, String> {
        let mut connection = self.connect().await?;
        let (first, last) = shown(zone, from, to).ok_or("there is no such time")?;
        let select = format!(
            "{} WHERE calldate BETWEEN '{first}' AND '{last}' ORDER BY calldate LIMIT {}",
            self.select(),
            ROWS + 1
        );
        let records = self.ask(&mut connection, select).await?;
        self.close(connection).await;
        let rows = || records.iter().filter_map(|record| Row::of_columns(record, zone).ok());
        // What comes behind the last that was read may belong to a call of which a part was read.
        let to = match rows().next_back() {
            Some(last) if records.len() > ROWS => last.start,
            _ => to,
        };
        Ok(within(rows(), from, to))
    }

    fn select(&self) -> String {
        format!("SELECT {} FROM `{}`", COLUMNS.join(", "), self.table)
    }

    async fn connect(&self) -> Result<Conn, String> {
        let connecting = timeout(CONNECT, Conn::new(self.options()));
        let Ok(connected) = connecting.await else {
            return Err(format!(
                "it does not answer within {} s: is the address right, and does a firewall drop the connection?",
                CONNECT.as_secs()
            ));
        };
        connected.map_err(|error| self.told(&error))
    }

    fn options(&self) -> Opts {
        OptsBuilder::default()
            .ip_or_hostname(self.host.as_str())
            .tcp_port(self.port)
            .user(Some(self.user.as_str()))
            .pass(Some(self.secret.as_str()))
            .db_name(Some(self.database.as_str()))
            // It goes where it was told to go.
            .prefer_socket(false)
            // Neither is asked of the server then.
            .max_allowed_packet(Some(RECORD))
            .wait_timeout(Some(60))
            .init(vec!["SET SESSION TRANSACTION READ ONLY"])
            .into()
    }

    async fn ask(&self, connection: &mut Conn, question: String) -> Result<Vec<Vec<String>>, String> {
        let asking = timeout(ANSWER, connection.query::<mysql_async::Row, _>(question));
        let Ok(answer) = asking.await else {
            return Err(format!(
                "it takes longer than {} s to answer: has the table an index on calldate?",
                ANSWER.as_secs()
            ));
        };
        let rows = answer.map_err(|error| self.told(&error))?;
        Ok(rows.into_iter().map(texts).collect())
    }

    /// The server is told; whether it hears is its own affair.
    async fn close(&self, connection: Conn) {
        let _ = timeout(CONNECT, connection.disconnect()).await;
    }

    /// What went wrong, and what to do.
    fn told(&self, error: &Error) -> String {
        let Database {
            user, database, table, ..
        } = self;
        match error {
            Error::Server(server) => match server.code {
                1045 | 1698 => {
                    format!("it does not let {user:?} in: is `secret` right, and may the user come from this host?")
                }
                1130 => {
                    "it lets nobody in from this host: create the user for it, CREATE USER … @'this host'".to_owned()
                }
                1044 | 1142 | 1143 => {
                    format!("{user:?} may not read it: GRANT SELECT ON {database}.{table} TO the user")
                }
                1049 => format!("it has no database {database:?}: FreePBX calls it asteriskcdrdb"),
                1146 => format!("the database {database:?} has no table {table:?}: set `table`"),
                _ => format!("it refuses: {} (error {})", server.message, server.code),
            },
            Error::Io(error) => format!("{error}: does it listen on that address (`bind-address`)?"),
            error => error.to_string(),
        }
    }
}

/// What may be the name of a database or of a table. It is written into what is asked.
pub(crate) fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(letter)
}

/// The values as they stand in the answer; empty where there is none.
fn texts(mut row: mysql_async::Row) -> Vec<String> {
    let text = |value| match value {
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        _ => String::new(),
    };
    (0..row.len()).map(|at| text(row.take(at))).collect()
}

/// What a clock in the zone shows from `from` to `to`.
fn shown(zone: &TimeZone, from: Wall, to: Wall) -> Option<(DateTime, DateTime)> {
    let at = |millis: i64| Some(zone.to_offset_info(Timestamp::from_millisecond(millis).ok()?).offset());
    let changes = at(from.as_millis().saturating_sub(HOUR))? != at(to.as_millis().saturating_add(HOUR))?;
    let margin = if changes { HOUR } else { 0 };
    let show = |millis: i64| {
        let seconds = Timestamp::from_second(millis.div_euclid(1000)).ok()?;
        Some(zone.to_datetime(seconds))
    };
    Some((
        show(from.as_millis().saturating_sub(margin))?,
        show(to.as_millis().saturating_add(margin))?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_database_is_stands_in_one_line() {
        let of = |text| Database::parse(text).map(|database| database.to_string());
        assert_eq!(
            of("lineside@127.0.0.1/asteriskcdrdb").unwrap(),
            "mysql://lineside@127.0.0.1:3306/asteriskcdrdb, table cdr"
        );
        assert_eq!(
            of("lineside@[::1]:3307/cdrs").unwrap(),
            "mysql://lineside@::1:3307/cdrs, table cdr"
        );
        assert_eq!(of("lineside@::1/cdrs").is_ok(), of("lineside@[::1]/cdrs").is_ok());
        for wrong in [
            "",
            "host/db",
            "u@host",
            "@host/db",
            "u@/db",
            "u@host:x/db",
            "u@host:0/db",
            "u@host/",
            "u@host/a`b",
        ] {
            assert!(Database::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Database::parse("u:p@host/db").unwrap_err().contains("secretFile"));
    }

    #[test]
    fn what_is_asked_for_is_written_as_the_clock_of_the_zone_shows_it() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let of = |from: &str, to: &str| {
            let (first, last) = shown(&zone, from.parse().unwrap(), to.parse().unwrap()).unwrap();
            (first.to_string(), last.to_string())
        };
        let is = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(
            of("2026-11-21T09:00:00.250Z", "2026-11-21T09:10:00.250Z"),
            is("2026-11-21T10:00:00", "2026-11-21T10:10:00")
        );
        // In the night in which the hour from two to three comes twice more is asked for.
        assert_eq!(
            of("2026-10-25T00:50:00Z", "2026-10-25T01:10:00Z"),
            is("2026-10-25T01:50:00", "2026-10-25T03:10:00")
        );
    }
}
