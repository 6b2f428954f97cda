//! A manager interface of a switch where somebody dials, and hangs up again, a few times a second.
use bytes::BytesMut;
use lineside_ami::Outgoing;
use lineside_ami::server::{Config, Event, Received, Request, Server, User};
use lineside_wire::{Session as _, Tick};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Who calls, from outside.
pub const CALLER: &str = "493023125042";

/// What the manager interface allows.
#[derive(Clone)]
pub struct Manager {
    pub secret: &'static str,
    /// The actions that `ListCommands` lists; those that are not listed are refused.
    pub actions: &'static [&'static str],
    /// The classes that the user reads.
    pub reads: &'static [&'static str],
    pub timestamps: bool,
}

impl Manager {
    /// Listens until the test program ends.
    pub fn listen(self) -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let manager = self.clone();
                std::thread::spawn(move || manager.serve(stream));
            }
        });
        address
    }

    fn serve(&self, mut stream: TcpStream) {
        let user = User::new("lineside", self.secret).reads(self.reads);
        let mut server = Server::new(Tick::ZERO, Config::new(vec![user], "840415273")).expect("a server");
        let (start, mut input, mut buffer) = (Instant::now(), BytesMut::new(), [0; 4096]);
        // Short, so that what is due is done.
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .expect("a time");
        for turn in 0_u32.. {
            if turn % 8 == 0 {
                self.dial(&mut server, turn);
            }
            while let Some(event) = server.poll_event() {
                match event {
                    Event::LoggedIn { .. } => {
                        let booted = self.event("FullyBooted", "system,all").header("Status", "Fully Booted");
                        server.submit(Tick::ZERO, Request::Event(booted)).expect("sent");
                    }
                    Event::Action(action) => self.answer(&mut server, &action),
                    _ => {}
                }
            }
            while let Some(transmit) = server.poll_transmit() {
                if stream.write_all(&transmit.bytes).is_err() {
                    return;
                }
            }
            match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => input.extend_from_slice(&buffer[..read]),
                Err(_) => {}
            }
            let now = Tick::ZERO + start.elapsed();
            if server.handle_bytes(now, &mut input).is_err() || server.handle_timeout(now).is_err() {
                return;
            }
        }
    }

    fn answer(&self, server: &mut Server, action: &Received) {
        let name = action.name().text().text.into_owned();
        let allowed = name == "ListCommands" || self.actions.contains(&name.as_str());
        let answer = match name.as_str() {
            _ if !allowed => vec![action.error("Permission denied")],
            "ListCommands" => {
                let start = action
                    .response("Success")
                    .header("ListCommands", "List available manager commands.");
                vec![
                    self.actions
                        .iter()
                        .fold(start, |answer, name| answer.header(name, "(Priv: call,all)")),
                ]
            }
            "CoreSettings" => vec![action.response("Success").header("AsteriskVersion", "22.10.1")],
            "CoreShowChannels" => action.list("Channels will follow", Vec::new(), "CoreShowChannelsComplete"),
            _ => vec![action.response("Success")],
        };
        server.submit(Tick::ZERO, Request::Answer(answer)).expect("answered");
        if allowed && name == "Setvar" {
            let variable = action.message().get("Variable").expect("a variable");
            let set = self
                .event("VarSet", "dialplan,all")
                .header("Channel", "none")
                .header("Variable", variable.as_bytes());
            server.submit(Tick::ZERO, Request::Event(set)).expect("sent");
        }
    }

    /// Somebody dials and hangs up. Who is not logged in yet hears nothing of it.
    fn dial(&self, server: &mut Server, turn: u32) {
        for name in ["Newchannel", "Hangup"] {
            let id = format!("1795236148.{turn}");
            let event = self
                .event(name, "call,all")
                .header("Channel", format!("PJSIP/trunk-{turn:08x}"))
                .header("ChannelState", "4")
                .header("CallerIDNum", CALLER)
                .header("Exten", "1002")
                .header("Uniqueid", &id)
                .header("Linkedid", &id)
                .header("Cause", "16");
            let _ = server.submit(Tick::ZERO, Request::Event(event));
        }
    }

    fn event(&self, name: &str, privilege: &str) -> Outgoing {
        let event = Outgoing::event(name).header("Privilege", privilege);
        if self.timestamps {
            event.header("Timestamp", "1795236148.928455")
        } else {
            event
        }
    }
}
