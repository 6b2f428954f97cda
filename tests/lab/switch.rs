//! One Asterisk: a root made by `tests/lab/roots`, a loopback network of its own, a run directory that goes with it.

use std::{
    fs,
    net::{TcpListener, UdpSocket},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{Outcome, ami};

const PATIENCE: Duration = Duration::from_secs(30);
/// One at a time looks for a network of its own.
static STARTING: Mutex<()> = Mutex::new(());
/// How it tells of an action in its log.
const ACTION: &str = "Running action '";
const RUN_PREFIX: &str = "lineside-lab-";

/// A file of the configuration, and what comes behind it on a network.
pub(crate) type More = (&'static str, fn(&str) -> String);

pub(crate) struct Switch {
    pub(crate) major: String,
    pub(crate) version: String,
    /// The first three numbers of the network: `127.22.x`. Asterisk is `.1`, phones are above 100.
    pub(crate) net: String,
    asterisk: Child,
    /// Below the root; removed at the end.
    run: tempfile::TempDir,
}

impl Switch {
    pub(crate) fn start(major: &str) -> Outcome<Self> {
        Self::start_with(major, &[])
    }

    /// The same, with more behind some files of the configuration.
    pub(crate) fn start_with(major: &str, more: &[More]) -> Outcome<Self> {
        let (version, root) = root_of(major)?;
        sweep(&root.join("tmp"), RUN_PREFIX)?;
        let prefix = format!("{RUN_PREFIX}{}-", std::process::id());
        let run = tempfile::Builder::new().prefix(&prefix).tempdir_in(root.join("tmp"))?;
        let inside = Path::new("/").join(run.path().strip_prefix(&root)?);
        // Until Asterisk listens there, the network looks free to the next one.
        let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let net = free_net(major)?;
        furnish(run.path(), &inside, &net)?;
        for (file, more) in more {
            let path = run.path().join("etc").join(file);
            // One that is not there begins with this.
            let text = fs::read_to_string(&path).unwrap_or_default();
            fs::write(path, text + &more(&net))?;
        }
        let asterisk = spawn(&root, run.path(), &inside)?;
        let mut switch = Self {
            major: major.into(),
            version,
            net,
            asterisk,
            run,
        };
        switch.wait_until_booted()?;
        Ok(switch)
    }

    pub(crate) fn host(&self) -> String {
        format!("{}.1", self.net)
    }

    /// A directory below its spool, as the lab sees it.
    pub(crate) fn spool(&self, below: &str) -> PathBuf {
        self.run.path().join("spool").join(below)
    }

    /// Where it writes its call detail records, as the lab sees it.
    pub(crate) fn records(&self) -> PathBuf {
        self.run.path().join("log/cdr-csv/Master.csv")
    }

    /// The AMI actions that it was asked for, by its own account (`told`), in their order.
    pub(crate) fn actions(&self) -> Vec<String> {
        let log = self.log();
        let name = |line: &str| line.split_once(ACTION)?.1.split('\'').next().map(str::to_owned);
        log.lines().filter_map(name).collect()
    }

    /// Where its manager interface is.
    pub(crate) fn manager(&self) -> String {
        format!("{}:5038", self.host())
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&self) -> Outcome<()> {
        Command::new("kill")
            .args(["-KILL", &self.asterisk.id().to_string()])
            .status()?;
        // Whoever starts while this one dies finds its console socket answered, and ends.
        let end = Instant::now() + PATIENCE;
        let lives = |stat: String| !stat.contains(") Z ");
        while fs::read_to_string(format!("/proc/{}/stat", self.asterisk.id())).is_ok_and(lives) {
            if Instant::now() > end {
                return Err("Asterisk was killed and does not die".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Starts another one in its place.
    pub(crate) fn spawn(&self) -> Outcome<Child> {
        let (_, root) = root_of(&self.major)?;
        let inside = Path::new("/").join(self.run.path().strip_prefix(&root)?);
        spawn(&root, self.run.path(), &inside)
    }

    /// Changes a file of its configuration; it reads it when it is told to.
    pub(crate) fn configure(&self, file: &str, change: impl FnOnce(&str) -> String) -> Outcome<()> {
        let path = self.run.path().join("etc").join(file);
        let text = fs::read_to_string(&path)?;
        Ok(fs::write(path, change(&text))?)
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.run.path().join("log/full")).unwrap_or_default()
    }

    fn wait_until_booted(&mut self) -> Outcome<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.asterisk.try_wait()? {
                let said = fs::read_to_string(self.run.path().join("console"))?;
                return Err(format!(
                    "Asterisk {} ended at start ({status}):\n{said}\n{}",
                    self.major,
                    self.log()
                )
                .into());
            }
            // The listener opens late in the boot; FullyBooted then tells that the modules are there.
            if let Ok(mut client) = ami::Client::connect(&self.host(), "lab", "lab-secret") {
                client.wait("FullyBooted", end, |message| message.is("Event", "FullyBooted"))?;
                client.ask("Command", &[("Command", "core set debug 1 manager.c")])?;
                return Ok(());
            }
            if Instant::now() > end {
                return Err(format!(
                    "Asterisk {} did not open its AMI in {PATIENCE:?}:\n{}",
                    self.major,
                    self.log()
                )
                .into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        // There is nobody left to tell if it is gone already.
        let _ = self.asterisk.kill();
        let _ = self.asterisk.wait();
    }
}

fn spawn(root: &Path, run: &Path, inside: &Path) -> Outcome<Child> {
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(run.join("console"))?;
    // The kernel ends Asterisk when the lab ends, however that comes.
    let asterisk = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "chroot"])
        .arg(root)
        .args(["asterisk", "-f", "-C"])
        .arg(inside.join("etc/asterisk.conf"))
        .env("HOME", inside)
        // Where it finds databases, if there is one.
        .env("ODBCINI", inside.join("etc/odbc.ini"))
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    Ok(asterisk)
}

/// The version and the directory, as `tests/lab/roots` tells them; it makes what is missing.
fn root_of(major: &str) -> Outcome<(String, PathBuf)> {
    let script = lab_dir().join("roots");
    let output = Command::new(&script).arg(major).stderr(Stdio::inherit()).output()?;
    let said = String::from_utf8(output.stdout)?;
    match said.split_whitespace().collect::<Vec<_>>().as_slice() {
        [_, version, root] if output.status.success() => Ok(((*version).into(), (*root).into())),
        _ => Err(format!("there is no Asterisk {major} to test against").into()),
    }
}

/// Removes the directories with this prefix, behind which stands the process of the lab, of labs that were killed.
pub(crate) fn sweep(tmp: &Path, prefix: &str) -> Outcome<()> {
    for entry in fs::read_dir(tmp)? {
        let entry = entry?;
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix(prefix)?.split('-').next());
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            // Another lab may be at it, too.
            match fs::remove_dir_all(entry.path()) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    }
    Ok(())
}

pub(crate) fn lab_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab")
}

/// A network that nobody uses: holding the ports of SIP, of AMI and of a bridge for a moment proves it.
fn free_net(major: &str) -> Outcome<String> {
    // Labs that start at once do not look at the same network first.
    let first = std::process::id() % 254;
    for third in (0..254).map(|next| 1 + (first + next) % 254) {
        let net = format!("127.{major}.{third}");
        // Phones of a lab that was killed may outlive it for a minute.
        let mut sip = [1, 101, 102, 200]
            .iter()
            .map(|host| UdpSocket::bind((format!("{net}.{host}"), 5060)));
        let ami = TcpListener::bind((format!("{net}.1"), 5038));
        // A bridge may outlive its lab for a moment.
        let bridge = TcpListener::bind((format!("{net}.1"), 7080));
        if sip.all(|free| free.is_ok()) && ami.is_ok() && bridge.is_ok() {
            return Ok(net);
        }
    }
    Err("every loopback network of the lab is in use".into())
}

/// Fills the run directory: the configuration with its two blanks filled in, and the sounds that the dialplan names.
fn furnish(run: &Path, inside: &Path, net: &str) -> Outcome<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};
    fs::set_permissions(run, fs::Permissions::from_mode(0o755))?;
    for directory in ["etc", "lib", "data/sounds/en", "data/moh", "spool", "log"] {
        fs::create_dir_all(run.join(directory))?;
    }
    for file in fs::read_dir(lab_dir().join("etc"))? {
        let file = file?;
        let text = fs::read_to_string(file.path())?;
        let text = text
            .replace("@NET@", net)
            .replace("@RUN@", &inside.display().to_string());
        fs::write(run.join("etc").join(file.file_name()), text)?;
    }
    symlink("/usr/share/asterisk/documentation", run.join("data/documentation"))?;
    // µ-law silence (0xff): 200 ms for every prompt, ten seconds of music.
    for prompt in [
        "beep",
        "beeperr",
        "pbx-invalid",
        "pbx-transfer",
        "vm-intro",
        "vm-theperson",
        "vm-isunavail",
        "vm-isonphone",
        "vm-goodbye",
        "vm-msgsaved",
    ] {
        fs::write(run.join(format!("data/sounds/en/{prompt}.ulaw")), [0xff; 1600])?;
    }
    fs::write(run.join("data/moh/silence.ulaw"), vec![0xff; 80_000])?;
    Ok(())
}
