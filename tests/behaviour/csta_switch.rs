//! The CSTA link of a switch that has one telephone, and lets it be monitored or does not.
use bytes::BytesMut;
use lineside_csta::avaya::{self, GetThirdPartyDeviceId};
use lineside_csta::server::{Event, Server, ServerConfig};
use lineside_csta::types::{
    DeviceId, DeviceInfo, DeviceInfoList, GetSwitchingFunctionDevicesResponse, MonitorStartResponse, OperationError,
    RequestSystemStatusResponse, SwitchingFunctionDevices, SystemStatusValue, UniversalFailure,
};
use lineside_csta::{Answer, Ask, AskedId, Octets, Request, Response};
use lineside_wire::{Session as _, Tick};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// What the link is.
#[derive(Clone)]
pub struct Switch {
    pub config: ServerConfig,
    /// Why the telephone is not monitored, if it is not.
    pub refuses: Option<UniversalFailure>,
}

impl Switch {
    /// Listens until the test program ends.
    pub fn listen(self) -> SocketAddr {
        serve(move |stream| self.speak(stream))
    }

    fn speak(&self, mut stream: TcpStream) {
        let mut server = Server::new(Tick::ZERO, self.config.clone()).expect("a server");
        let (start, mut input, mut buffer) = (Instant::now(), BytesMut::new(), [0; 4096]);
        loop {
            while let Some(event) = server.poll_event() {
                if let Event::Received { id, request } = event {
                    self.answer(&mut server, id, &request);
                }
            }
            while let Some(transmit) = server.poll_transmit() {
                if stream.write_all(&transmit.bytes).is_err() {
                    return;
                }
            }
            let Ok(read @ 1..) = stream.read(&mut buffer) else {
                return;
            };
            input.extend_from_slice(&buffer[..read]);
            if server.handle_bytes(Tick::ZERO + start.elapsed(), &mut input).is_err() {
                // What is said at the end is written, too.
                while let Some(transmit) = server.poll_transmit() {
                    let _ = stream.write_all(&transmit.bytes);
                }
                return;
            }
        }
    }

    fn answer(&self, server: &mut Server, id: AskedId, request: &Request) {
        let answer = match request {
            Request::RequestSystemStatus(_) => {
                Answer::Done(Response::RequestSystemStatus(Box::new(RequestSystemStatusResponse {
                    system_status: SystemStatusValue::Normal,
                    ..RequestSystemStatusResponse::default()
                })))
            }
            Request::GetSwitchingFunctionDevices(_) => Answer::Done(Response::GetSwitchingFunctionDevices(Box::new(
                GetSwitchingFunctionDevicesResponse {
                    service_cross_ref_id: Octets::from("list"),
                    ..GetSwitchingFunctionDevicesResponse::default()
                },
            ))),
            Request::MonitorStart(_) => match &self.refuses {
                Some(why) => Answer::Failed(why.clone()),
                None => Answer::Done(Response::MonitorStart(Box::new(MonitorStartResponse {
                    monitor_cross_ref_id: Octets::from("77"),
                    ..MonitorStartResponse::default()
                }))),
            },
            Request::MonitorStop(_) => Answer::Done(Response::MonitorStop(Box::default())),
            Request::Other { .. } => match GetThirdPartyDeviceId::read(request) {
                Some(Ok(ask)) if ask.switch_name == "avaya" => {
                    let device = avaya::device(&format!("{}:avaya::0", &*ask.extension));
                    Answer::Done(GetThirdPartyDeviceId::response(&device, "http://www.avaya.com/csta"))
                }
                _ => Answer::Failed(UniversalFailure::Operation(OperationError::InvalidDeviceId)),
            },
            _ => Answer::Failed(UniversalFailure::Unspecified),
        };
        server.respond(id, answer).expect("answered");
        if matches!(request, Request::GetSwitchingFunctionDevices(_)) {
            let telephone = DeviceInfo {
                device_id: DeviceId::dialled("2001"),
                ..DeviceInfo::default()
            };
            let list = SwitchingFunctionDevices {
                service_cross_ref_id: Octets::from("list"),
                last_segment: true,
                device_list: DeviceInfoList(vec![telephone]),
                ..SwitchingFunctionDevices::default()
            };
            let list = Request::SwitchingFunctionDevices(Box::new(list));
            server.submit(Tick::ZERO, Ask::new(list)).expect("sent");
        }
    }
}

/// A port at which `bytes` are said to everybody, and nothing is answered.
pub fn says(bytes: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| {
        let _ = stream.write_all(bytes);
        let mut buffer = [0; 4096];
        while matches!(stream.read(&mut buffer), Ok(1..)) {}
    })
}

/// A port at which everybody is turned away.
pub fn closes() -> SocketAddr {
    serve(drop)
}

fn serve(speak: impl Fn(TcpStream) + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let speak = speak.clone();
            stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time");
            std::thread::spawn(move || speak(stream));
        }
    });
    address
}
