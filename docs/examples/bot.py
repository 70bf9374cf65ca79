# Tells the time to whoever says "!time": python3 bot.py http://localhost:3000
# Debian: apt install python3-socketio python3-websocket; else: pip install "python-socketio[client]"
import datetime, sys, uuid
import socketio

ROOM = "clocks"
sio = socketio.Client()

@sio.event
def connect():
    ask("joinRoom", {"room": ROOM})
    print("Listening in", ROOM, flush=True)

# With the name again, each reconnection would be another guest.
@sio.event
def session(data):
    if "token" in data:
        sio.connection_auth = {"token": data["token"]}

@sio.event
def message(entry, offset):
    if entry["text"] == "!time":
        text = datetime.datetime.now(datetime.timezone.utc).isoformat()
        ask("message", {"room": entry["room"], "id": str(uuid.uuid4()), "text": text})

# Asks again, a little later each time, where the server says that this may help.
def ask(event, data, wait=1):
    ack = sio.call(event, data)
    if ack["ok"]:
        return
    if wait > 16 or ack["error"]["code"] not in ("rate_limited", "busy"):
        print(ack["error"]["message"], flush=True)
        return
    sio.sleep(wait)
    ask(event, data, 2 * wait)

sio.connect(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:3000",
            transports=["websocket"], auth={"name": "Clock"})
sio.wait()
