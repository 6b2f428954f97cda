//! A process that is measured.

use super::THEIRS;
use lineside::bench::Failure;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A process on the processor for whoever is measured; it ends with this.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts it; what it says goes to the file `log`.
    ///
    /// # Errors
    /// There is no such program, or no `setpriv` and `taskset`.
    pub fn start(
        program: &Path,
        arguments: &[String],
        environment: &[(&str, &Path)],
        log: &Path,
    ) -> Result<Self, Failure> {
        let log = File::create(log)?;
        // It goes with us however we end.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "taskset", "--cpu-list", &THEIRS.to_string()])
            .arg(program)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .map_err(|error| format!("cannot start setpriv (util-linux): {error}"))?;
        Ok(Process { child })
    }

    /// What all of its threads did so far.
    ///
    /// # Errors
    /// It has ended.
    pub fn busy(&self) -> Result<Duration, Failure> {
        let mut busy = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            let nanos = text.split_whitespace().next().ok_or("schedstat is empty")?;
            busy += nanos.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(busy))
    }

    /// How much memory it has, in bytes.
    ///
    /// # Errors
    /// It has ended.
    pub fn memory(&self) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line
            .and_then(|line| line.split_whitespace().next())
            .ok_or("it has ended")?;
        Ok(1024 * kilobytes.parse::<u64>()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A port of the loopback that nobody has.
///
/// # Errors
/// There is none.
pub fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// Waits until somebody listens there.
///
/// # Errors
/// Nobody does for long.
pub fn wait_for(address: SocketAddr) -> Result<(), Failure> {
    let until = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(address).is_err() {
        if Instant::now() > until {
            return Err(format!("nobody listens on {address}, see the logs in target/bench").into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
