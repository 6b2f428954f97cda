"""A gateway as one would write it in an afternoon: AMI in by panoramisk, WebSockets out by aiohttp.

    gateway.py AMI_PORT HTTP_PORT

A client says which telephone it watches (/?device=1001) and gets the call events of its channels as JSON.
"""
import json
import re
import sys
from collections import defaultdict

from aiohttp import web
from panoramisk import Manager

AMI_PORT, HTTP_PORT = int(sys.argv[1]), int(sys.argv[2])
EVENTS = [
    "Newchannel", "Newstate", "NewConnectedLine", "DialBegin", "DialEnd", "BridgeEnter", "BridgeLeave",
    "Hold", "Unhold", "BlindTransfer", "AttendedTransfer", "Hangup",
]
TELEPHONE = re.compile(r"PJSIP/(\d+)-")

clients = defaultdict(set)  # by telephone


def telephones(event):
    """Whose channels an event is about."""
    names = (event.get("Channel", ""), event.get("DestChannel", ""))
    return {found[1] for found in map(TELEPHONE.match, names) if found}


async def pass_on(manager, event):
    watching = [client for telephone in telephones(event) for client in clients.get(telephone, ())]
    if not watching:
        return
    text = json.dumps(dict(event))
    for client in watching:
        try:
            await client.send_str(text)
        except ConnectionError:
            pass  # its own handler takes it out


async def watch(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    device = request.query["device"]
    clients[device].add(socket)
    try:
        async for _ in socket:
            pass  # clients have nothing to say
    finally:
        clients[device].discard(socket)
    return socket


async def start(app):
    manager = Manager(host="127.0.0.1", port=AMI_PORT, username="bench", secret="bench")
    for event in EVENTS:
        manager.register_event(event, pass_on)
    await manager.connect()
    app["manager"] = manager


app = web.Application()
app.add_routes([web.get("/", watch)])
app.on_startup.append(start)
web.run_app(app, host="127.0.0.1", port=HTTP_PORT, print=None, access_log=None)
