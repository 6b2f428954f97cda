// A gateway as one would write it in an afternoon: AMI in by asterisk-manager, WebSockets out by ws.
//
//     node gateway.js AMI_PORT HTTP_PORT
//
// A client says which telephone it watches (/?device=1001) and gets the call events of its channels as JSON.
"use strict";
const AsteriskManager = require("asterisk-manager");
const { WebSocketServer } = require("ws");

const [amiPort, httpPort] = process.argv.slice(2).map(Number);
const EVENTS = [
  "newchannel", "newstate", "newconnectedline", "dialbegin", "dialend", "bridgeenter", "bridgeleave",
  "hold", "unhold", "blindtransfer", "attendedtransfer", "hangup",
];
const TELEPHONE = /^PJSIP\/(\d+)-/;

const clients = new Map(); // by telephone

// Whose channels an event is about.
function telephones(event) {
  const found = [event.channel, event.destchannel].map((name) => TELEPHONE.exec(name ?? "")?.[1]);
  return new Set(found.filter(Boolean));
}

function passOn(event) {
  let text;
  for (const telephone of telephones(event)) {
    for (const client of clients.get(telephone) ?? []) {
      text ??= JSON.stringify(event);
      client.send(text);
    }
  }
}

const server = new WebSocketServer({ host: "127.0.0.1", port: httpPort, perMessageDeflate: false });
server.on("connection", (socket, request) => {
  const device = new URL(request.url, "http://localhost").searchParams.get("device");
  if (!clients.has(device)) clients.set(device, new Set());
  clients.get(device).add(socket);
  socket.on("close", () => clients.get(device).delete(socket));
});

const ami = new AsteriskManager(amiPort, "127.0.0.1", "bench", "bench", true);
ami.keepConnected();
for (const event of EVENTS) ami.on(event, passOn);
