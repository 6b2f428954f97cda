//! Reading the log in pages while it is being written.

use super::damage::{damage, is_damage, is_text, suspect_by};
use super::record::{Facets, Floor, GapReason, Record};
use super::tail::Tail;
use super::{StoreError, schema};
use crate::model::Sequence;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::Semaphore;

/// How many pages are read at a time, and how many connections stay open between them.
const READERS: usize = 4;
/// How many events one page looks at, so that a rare filter cannot hold a reader for long.
const SCAN: usize = 4096;

/// One event, as a reader gets it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: Sequence,
    pub(crate) body: Bytes,
}

/// Some events in order.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// Everything up to here was looked at.
    pub(crate) through: Sequence,
    /// There is nothing more up to the end that was asked for.
    pub(crate) end: bool,
}

/// How much a page may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) entries: usize,
    pub(crate) bytes: usize,
}

/// Where a reader stands, and what it wants.
pub(crate) struct Query<F> {
    pub(crate) after: Sequence,
    /// The last event that may be given.
    pub(crate) upto: Sequence,
    pub(crate) budget: Budget,
    /// Without digits.
    pub(crate) masked: bool,
    pub(crate) matches: F,
}

#[derive(Debug)]
pub(super) struct Shared {
    /// None: memory only.
    pub(super) file: Option<PathBuf>,
    pub(super) tail: RwLock<Tail>,
    idle: Mutex<Vec<Connection>>,
    readers: Semaphore,
}

/// The log, to read.
#[derive(Clone, Debug)]
pub(crate) struct Log(pub(super) Arc<Shared>);

impl Log {
    pub(super) fn new(file: Option<PathBuf>, tail: Tail) -> Self {
        Log(Arc::new(Shared {
            file,
            tail: RwLock::new(tail),
            idle: Mutex::default(),
            readers: Semaphore::new(READERS),
        }))
    }

    fn tail(&self) -> RwLockReadGuard<'_, Tail> {
        self.0.tail.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Up to where nothing can be read.
    pub(crate) fn floor(&self) -> Floor {
        self.tail().floor
    }

    /// Can a reader that has seen everything up to `since` go on from there? `head` is the end of the stream.
    pub(crate) async fn place(&self, since: Sequence, head: Sequence) -> Result<Option<GapReason>, StoreError> {
        {
            let tail = self.tail();
            if since == head || since == tail.floor.id || (since == Sequence::ZERO && tail.floor.is_origin()) {
                return Ok(None);
            }
            if since > head {
                return Ok(Some(GapReason::LostTail));
            }
            if since < tail.floor.id {
                return Ok(Some(tail.floor.reason));
            }
            if tail.holds(since) {
                return Ok(None);
            }
        }
        let known = self
            .with_connection(move |connection| {
                connection
                    .prepare_cached("SELECT 1 FROM events WHERE id = ?1")?
                    .query_row([schema::number(since)], |_| Ok(()))
                    .optional()
            })
            .await?;
        Ok(if known.flatten().is_some() {
            None
        } else {
            Some(GapReason::LostTail)
        })
    }

    /// The last event that was received before `at`, in milliseconds since 1970, or where the log begins. Clocks jump: it may be off by as much.
    pub(crate) async fn before(&self, at: i64) -> Result<Sequence, StoreError> {
        let (floor, on_disk) = {
            let tail = self.tail();
            if let Some(found) = tail.before(at) {
                return Ok(found);
            }
            (tail.floor.id, tail.on_disk)
        };
        let found = self.with_connection(move |connection| before(connection, floor, on_disk, at));
        Ok(found.await?.unwrap_or(floor))
    }

    /// The next events after `query.after`. `Err(Some(_))` inside: some of them are gone.
    pub(crate) async fn page<F>(&self, query: Query<F>) -> Result<Result<Page, GapReason>, StoreError>
    where
        F: Fn(&Facets<'_>) -> bool + Send + Sync + 'static,
    {
        let query = Arc::new(query);
        let mut filling = Filling::new(query.after);
        loop {
            let on_disk = self.tail().on_disk;
            if on_disk > filling.page.through {
                let asked = Arc::clone(&query);
                let read = self
                    .with_connection(move |connection| {
                        let filled = read_page(connection, &asked, filling)?;
                        Ok((filled, schema::read_floor(connection)?))
                    })
                    .await?;
                let Some((filled, floor)) = read else {
                    return Err(StoreError::Cancelled);
                };
                if let Some(floor) = floor
                    && query.after < floor.id
                    && !(query.after == Sequence::ZERO && floor.is_origin())
                {
                    return Ok(Err(floor.reason));
                }
                filling = filled;
                if filling.full {
                    return Ok(Ok(filling.page));
                }
            }
            let tail = self.tail();
            if tail.on_disk != on_disk {
                // More was written meanwhile, and is not in the tail any more.
                drop(tail);
                continue;
            }
            if query.after < tail.floor.id && !(query.after == Sequence::ZERO && tail.floor.is_origin()) {
                return Ok(Err(tail.floor.reason));
            }
            for record in tail.after(filling.page.through) {
                if !filling.offer(&query, record) {
                    break;
                }
            }
            break;
        }
        if !filling.full {
            filling.page.through = filling.page.through.max(query.upto);
            filling.page.end = true;
        }
        Ok(Ok(filling.page))
    }

    /// `None`: there is no disk.
    async fn with_connection<T, F>(&self, work: F) -> Result<Option<T>, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    {
        let Some(path) = self.0.file.clone() else {
            return Ok(None);
        };
        let Ok(_reader) = self.0.readers.acquire().await else {
            return Err(StoreError::Cancelled);
        };
        let (shared, file) = (Arc::clone(&self.0), path.clone());
        let run = move || {
            let idle = shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = idle.map_or_else(|| schema::connect_reader(&file), Ok)?;
            let result = connection
                .unchecked_transaction()
                .and_then(|transaction| {
                    let result = work(&transaction)?;
                    transaction.finish()?;
                    Ok(result)
                })
                .inspect_err(|error| {
                    suspect_by(&file, error);
                })?;
            let mut idle = shared.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(connection);
            Ok(result)
        };
        match tokio::task::spawn_blocking(run).await {
            Ok(Ok(result)) => Ok(Some(result)),
            Ok(Err(source)) if is_damage(&source) => Err(StoreError::Damaged { path, source }),
            Ok(Err(source)) => Err(StoreError::Sql { path, source }),
            Err(_) => Err(StoreError::Cancelled),
        }
    }

    pub(super) fn close_idle(&self) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A page while it is being filled.
struct Filling {
    page: Page,
    bytes: usize,
    scanned: usize,
    full: bool,
}

impl Filling {
    fn new(after: Sequence) -> Self {
        Filling {
            page: Page {
                through: after,
                ..Page::default()
            },
            bytes: 0,
            scanned: 0,
            full: false,
        }
    }

    /// May the event `id` with a body of `length` come in? Full once it may not.
    fn admits(&mut self, budget: Budget, length: usize) -> bool {
        let over = self.page.entries.len() >= budget.entries || self.bytes.saturating_add(length) > budget.bytes;
        if over && !self.page.entries.is_empty() {
            self.full = true;
        }
        !self.full
    }

    fn scan(&mut self) -> bool {
        self.scanned += 1;
        if self.scanned > SCAN {
            self.full = true;
        }
        !self.full
    }

    fn push(&mut self, id: Sequence, body: Bytes) {
        self.bytes += body.len();
        self.page.entries.push(Entry { id, body });
    }

    /// Takes a record from memory. False: the page ends before it.
    fn offer<F: Fn(&Facets<'_>) -> bool>(&mut self, query: &Query<F>, record: &Record) -> bool {
        if record.id > query.upto || !self.scan() {
            return false;
        }
        if (query.matches)(&record.facets()) {
            let body = record.body_for(query.masked);
            if !self.admits(query.budget, body.len()) {
                return false;
            }
            self.push(record.id, body.clone());
        }
        self.page.through = record.id;
        true
    }
}

/// Numbers and times grow together: so the time is found by halving the numbers, without an index for it.
fn before(connection: &Connection, floor: Sequence, last: Sequence, at: i64) -> Result<Sequence, rusqlite::Error> {
    let mut statement =
        connection.prepare_cached("SELECT id, at FROM events WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT 1")?;
    let (mut before, mut after) = (floor.get(), last.get());
    while before < after {
        let middle = Sequence::new(before + (after - before) / 2);
        let found: Option<(i64, i64)> = statement
            .query_row((schema::number(middle), after.cast_signed()), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        match found {
            Some((id, received)) if received < at => before = schema::sequence(id).get(),
            _ => after = middle.get(),
        }
    }
    Ok(Sequence::new(before))
}

/// Fills a page from the file. It ends before a damaged place, which the next page begins with.
fn read_page<F: Fn(&Facets<'_>) -> bool>(
    connection: &Connection,
    query: &Query<F>,
    mut filling: Filling,
) -> Result<Filling, rusqlite::Error> {
    let before = filling.page.through;
    match fill(connection, query, &mut filling) {
        Err(error) if !is_damage(&error) || filling.page.through == before => Err(error),
        Err(_) => {
            filling.full = true;
            Ok(filling)
        }
        Ok(()) => Ok(filling),
    }
}

fn fill<F: Fn(&Facets<'_>) -> bool>(
    connection: &Connection,
    query: &Query<F>,
    filling: &mut Filling,
) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, switch, keys, body, masked FROM events WHERE id > ?1 AND id <= ?2 ORDER BY id",
    )?;
    let mut rows = statement.query((schema::number(filling.page.through), schema::number(query.upto)))?;
    while let Some(row) = rows.next()? {
        if !filling.scan() {
            break;
        }
        let id = schema::sequence(row.get(0)?);
        let text = |column| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
        if (query.matches)(&Facets {
            kind: text(1)?,
            switch: text(2)?,
            keys: text(3)?,
        }) {
            let mut body = row.get_ref(4)?.as_blob()?;
            if query.masked
                && let Some(masked) = row.get_ref(5)?.as_blob_or_null()?
            {
                body = masked;
            }
            if !is_text(body) {
                return Err(damage(&format!("the event {id} is no text")));
            }
            if !filling.admits(query.budget, body.len()) {
                break;
            }
            filling.push(id, Bytes::copy_from_slice(body));
        }
        filling.page.through = id;
    }
    Ok(())
}
