# Tells the time to whoever says "!time": python3 bot.py http://localhost:3000
# Debian: apt install python3-socketio python3-websocket; else: pip install "python-socketio[client]"
import datetime, sys, uuid
import socketio

ROOM = "clocks"
sio = socketio.Client()

@sio.event
def connect():
    sio.emit("joinRoom", {"room": ROOM}, callback=lambda ack: print("Listening in", ROOM, flush=True))

@sio.event
def message(entry, offset):
    if entry["text"] == "!time":
        text = datetime.datetime.now(datetime.timezone.utc).isoformat()
        answer = {"room": entry["room"], "id": str(uuid.uuid4()), "text": text}
        sio.emit("message", answer, callback=lambda ack: ack["ok"] or print(ack["error"]["message"]))

sio.connect(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:3000",
            transports=["websocket"], auth={"name": "Clock"})
sio.wait()
