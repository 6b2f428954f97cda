//! A MariaDB with the table into which FreePBX has its Asterisk write call detail records: its own instance, in a directory of the lab, on the loopback
//! network of the switch. It ends with the lab.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Outcome, switch::sweep};

/// A machine that builds beside the lab takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

const PREFIX: &str = "lineside-lab-database-";

/// As FreePBX makes it.
const TABLE: &str = "CREATE DATABASE asteriskcdrdb;
USE asteriskcdrdb;
CREATE TABLE cdr (
  calldate datetime NOT NULL DEFAULT '0000-00-00 00:00:00', clid varchar(80) NOT NULL DEFAULT '', src varchar(80) NOT NULL DEFAULT '',
  dst varchar(80) NOT NULL DEFAULT '', dcontext varchar(80) NOT NULL DEFAULT '', channel varchar(80) NOT NULL DEFAULT '',
  dstchannel varchar(80) NOT NULL DEFAULT '', lastapp varchar(80) NOT NULL DEFAULT '', lastdata varchar(80) NOT NULL DEFAULT '',
  duration int(11) NOT NULL DEFAULT 0, billsec int(11) NOT NULL DEFAULT 0, disposition varchar(45) NOT NULL DEFAULT '',
  amaflags int(11) NOT NULL DEFAULT 0, accountcode varchar(20) NOT NULL DEFAULT '', uniqueid varchar(32) NOT NULL DEFAULT '',
  userfield varchar(255) NOT NULL DEFAULT '', did varchar(50) NOT NULL DEFAULT '', recordingfile varchar(255) NOT NULL DEFAULT '',
  cnum varchar(80) NOT NULL DEFAULT '', cnam varchar(80) NOT NULL DEFAULT '', outbound_cnum varchar(80) NOT NULL DEFAULT '',
  outbound_cnam varchar(80) NOT NULL DEFAULT '', dst_cnam varchar(80) NOT NULL DEFAULT '', linkedid varchar(32) NOT NULL DEFAULT '',
  peeraccount varchar(80) NOT NULL DEFAULT '', sequence int(11) NOT NULL DEFAULT 0,
  KEY calldate (calldate), KEY dst (dst), KEY accountcode (accountcode), KEY uniqueid (uniqueid)
) DEFAULT CHARSET = utf8mb4;
CREATE TABLE older LIKE cdr;
ALTER TABLE older DROP COLUMN linkedid, DROP COLUMN uniqueid;
CREATE USER asterisk@'127.%' IDENTIFIED BY 'asterisk-secret';
GRANT SELECT, INSERT ON asteriskcdrdb.* TO asterisk@'127.%';
CREATE USER lineside@'127.%' IDENTIFIED BY 'lineside-secret';
GRANT SELECT ON asteriskcdrdb.* TO lineside@'127.%';
";

pub(crate) const SECRET: &str = "lineside-secret";

pub(crate) struct Database {
    directory: tempfile::TempDir,
    host: String,
    mariadbd: Child,
}

impl Database {
    /// Starts one that listens at `host`, with the table and nothing in it.
    pub(crate) fn start(host: &str) -> Outcome<Self> {
        sweep(&std::env::temp_dir(), PREFIX)?;
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let directory = tempfile::Builder::new().prefix(&prefix).tempdir()?;
        let data = directory.path().join("data");
        let made = Command::new("mariadb-install-db")
            .args([
                "--no-defaults",
                "--user=root",
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
            ])
            .arg(format!("--datadir={}", data.display()))
            .output()
            .map_err(|error| format!("mariadb-install-db: {error}; this installs it: sudo tests/lab/install"))?;
        if !made.status.success() {
            return Err(format!("mariadb-install-db: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        let mariadbd = spawn(directory.path(), host)?;
        let mut database = Self {
            directory,
            host: host.to_owned(),
            mariadbd,
        };
        database.wait_until_up()?;
        database.ask(TABLE)?;
        Ok(database)
    }

    /// As it stands in the configuration of the bridge.
    pub(crate) fn source(&self) -> String {
        format!("mysql://lineside@{}/asteriskcdrdb", self.host)
    }

    /// How many records it has.
    pub(crate) fn records(&self) -> Outcome<u32> {
        let told = self.ask("SELECT count(*) FROM asteriskcdrdb.cdr")?;
        Ok(told.trim().parse()?)
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&mut self) -> Outcome<()> {
        self.mariadbd.kill()?;
        self.mariadbd.wait()?;
        Ok(())
    }

    pub(crate) fn start_again(&mut self) -> Outcome<()> {
        self.mariadbd = spawn(self.directory.path(), &self.host)?;
        self.wait_until_up()
    }

    fn ask(&self, question: &str) -> Outcome<String> {
        let socket = self.directory.path().join("socket");
        let answer = Command::new("mariadb")
            .args([
                "--no-defaults",
                "--user=root",
                "--skip-column-names",
                "--execute",
                question,
            ])
            .arg(format!("--socket={}", socket.display()))
            .stdin(Stdio::null())
            .output()?;
        if answer.status.success() {
            return Ok(String::from_utf8(answer.stdout)?);
        }
        Err(format!("the database: {}", String::from_utf8_lossy(&answer.stderr)).into())
    }

    fn wait_until_up(&mut self) -> Outcome<()> {
        let end = Instant::now() + PATIENCE;
        while let Err(error) = self.ask("SELECT 1") {
            if Instant::now() > end || self.mariadbd.try_wait()?.is_some() {
                let log = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
                return Err(format!("MariaDB does not come up: {error}\n{log}").into());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Nobody is left to tell if it is gone already.
        let _ = self.kill();
    }
}

fn spawn(directory: &Path, host: &str) -> Outcome<Child> {
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(directory.join("log"))?;
    let path = |name: &str| directory.join(name).display().to_string();
    // The kernel ends it when the lab ends, however that comes.
    let mariadbd = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "mariadbd", "--no-defaults", "--user=root"])
        .arg(format!("--datadir={}", path("data")))
        .arg(format!("--socket={}", path("socket")))
        .arg(format!("--pid-file={}", path("pid")))
        .arg(format!("--bind-address={host}"))
        .args([
            "--port=3306",
            "--innodb-buffer-pool-size=8M",
            "--innodb-log-file-size=4M",
        ])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    Ok(mariadbd)
}
