use crate::model::Command;
use thiserror::Error;
use tokio::sync::mpsc;

/// How many commands may wait for a link. It takes each at once, unless it waits for the log itself.
const WAITING: usize = 64;

/// Where a switch is asked for something.
#[derive(Clone, Debug)]
pub(crate) struct Handle(mpsc::Sender<Command>);

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum NotTaken {
    /// Too many wait already.
    #[error("{WAITING} commands wait for the switch already")]
    Full,
    /// The bridge stops.
    #[error("the bridge stops")]
    Stopped,
}

impl Handle {
    /// A handle, and what its link takes commands from.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Command>) {
        let (sender, commands) = mpsc::channel(WAITING);
        (Handle(sender), commands)
    }

    /// Hands a command to the link. How it comes out rides in a batch.
    pub(crate) fn submit(&self, command: Command) -> Result<(), NotTaken> {
        self.0.try_send(command).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotTaken::Full,
            mpsc::error::TrySendError::Closed(_) => NotTaken::Stopped,
        })
    }
}
