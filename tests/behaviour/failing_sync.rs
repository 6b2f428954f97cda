//! A disk that takes what it is given, and cannot say that it has it.
use crate::bridge::{Bridge, configure, ids};
use crate::exchange::Exchange;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const BEGINNING: &str = "0000000000000000";

/// Stands between the program and the C library: no sync succeeds while the file that `FAILING` names is there.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static int fails(void) {
    const char *file = getenv("FAILING");
    return file && access(file, F_OK) == 0;
}
int fsync(int fd) { if (fails()) { errno = EIO; return -1; } return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { if (fails()) { errno = EIO; return -1; } return syscall(SYS_fdatasync, fd); }
"#;

fn shim(directory: &Path) -> PathBuf {
    let (source, library) = (directory.join("shim.c"), directory.join("shim.so"));
    fs::write(&source, SHIM).expect("a file");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status();
    assert!(compiled.expect("a C compiler").success());
    library
}

#[test]
fn a_sync_that_fails_is_told_until_everything_is_on_the_disk_after_all() {
    let directory = TempDir::new().expect("a directory");
    let failing = directory.path().join("failing");
    let mut exchange = Exchange::listen();
    let config = configure(directory.path(), exchange.address);
    let mut command = Command::new(env!("CARGO_BIN_EXE_lineside"));
    command
        .env("LD_PRELOAD", shim(directory.path()))
        .env("FAILING", &failing);
    let bridge = Bridge::run_by(command, &config);
    let mut client = bridge.subscribe(BEGINNING);
    let mut got = client.until("link.resynced");
    assert_eq!(bridge.get("/readyz", "*/*").0, 200);

    fs::write(&failing, "").expect("a file");
    exchange.call();
    got.extend(client.until("bridge.degraded"));
    let reason = got.last().expect("an event")["data"]["reason"]
        .as_str()
        .expect("a reason");
    assert!(reason.contains("a power cut may lose events"), "{reason}");
    let (status, body) = bridge.get("/readyz", "*/*");
    assert_eq!(status, 503, "{body}");
    assert!(body.contains("cannot sync"), "{body}");
    exchange.call();
    got.extend(client.until("call.cleared"));

    fs::remove_file(&failing).expect("it is there");
    got.extend(client.until("bridge.recovered"));
    assert_eq!(bridge.get("/readyz", "*/*").0, 200);
    assert_eq!(
        ids(&bridge.stored(BEGINNING)),
        ids(&got),
        "nobody missed anything meanwhile"
    );
}
