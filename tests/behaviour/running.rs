//! A program that runs, and is ended with the test that started it.
use std::io::{BufRead as _, BufReader};
use std::ops::{Deref, DerefMut};
use std::process::{Child, Command, Stdio};

pub struct Running(Child);

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let child = command.spawn();
        Running(child.unwrap_or_else(|error| panic!("{command:?}: {error}; tests/run installs what is missing")))
    }

    /// Starts it with its output to be read, line by line.
    pub fn with_output(command: &mut Command) -> (Self, impl Iterator<Item = String> + use<>) {
        let mut running = Running::start(command.stdout(Stdio::piped()));
        let output = running.stdout.take().expect("its output");
        (running, BufReader::new(output).lines().map_while(Result::ok))
    }

    /// Starts it with its errors to be read, line by line.
    pub fn with_errors(command: &mut Command) -> (Self, impl Iterator<Item = String> + use<>) {
        let mut running = Running::start(command.stderr(Stdio::piped()));
        let errors = running.stderr.take().expect("its errors");
        (running, BufReader::new(errors).lines().map_while(Result::ok))
    }

    /// Asks it to end, as a service manager does.
    pub fn terminate(&self) {
        // The shell's own: not every machine has it as a program.
        let killed = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.id())])
            .status()
            .expect("sh runs");
        assert!(killed.success());
    }
}

impl Deref for Running {
    type Target = Child;
    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
