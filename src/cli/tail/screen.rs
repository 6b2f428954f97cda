use super::live::Live;
use crate::model::Wall;
use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// The terminal, taken until this is dropped; what was there then comes back.
pub(super) struct Screen(());

impl Screen {
    pub(super) fn take() -> Self {
        // The other screen, no cursor, and lines that are too long are cut and not wrapped.
        write("\x1b[?1049h\x1b[?25l\x1b[?7l");
        Screen(())
    }

    /// Draws everything anew.
    #[expect(clippy::unused_self, reason = "only who has taken the terminal may draw on it")]
    pub(super) fn draw(&self, live: &mut Live) {
        live.forget();
        write(&live.screen(now(), height()));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        write("\x1b[?7h\x1b[?25h\x1b[?1049l");
    }
}

/// A terminal that is gone is noticed by who waits for the end of this program.
fn write(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn now() -> Wall {
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis());
    Wall::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// The lines of the terminal.
fn height() -> usize {
    const USUAL: usize = 24;
    let rows = rustix::termios::tcgetwinsize(std::io::stdout()).map_or(0, |size| usize::from(size.ws_row));
    if rows == 0 { USUAL } else { rows }
}
