# Posts a picture: python3 picture.py sea.png http://localhost:3000
# Debian: apt install python3-socketio python3-websocket python3-requests; else: pip install "python-socketio[client]"
import mimetypes, os, sys, uuid
import requests, socketio

path = sys.argv[1] if len(sys.argv) > 1 else "sea.png"
origin = sys.argv[2] if len(sys.argv) > 2 else "http://localhost:3000"
ROOM = "pictures"
sio = socketio.Client()

def ask(event, data):
    ack = sio.call(event, data)
    if not ack["ok"]:
        raise RuntimeError(ack["error"]["message"])
    return ack

sio.connect(origin, transports=["websocket"], auth={"name": "Painter"}, wait_timeout=10)
ask("joinRoom", {"room": ROOM})
with open(path, "rb") as opened:
    content = opened.read()

# 1. Announce the file. 2. Post it to the storage, the file last. 3. Send the message that has it.
kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
told = ask("upload", {"room": ROOM, "name": os.path.basename(path), "type": kind, "size": len(content)})
answer = requests.post(told["post"]["url"], data=told["post"]["fields"], files={"file": content})
answer.raise_for_status()
message = {"room": ROOM, "id": str(uuid.uuid4()), "text": "", "files": [told["file"]]}
entry = ask("message", message)["entry"]
print(ask("file", {"room": ROOM, "seq": entry["seq"], "file": told["file"]})["url"])
sio.disconnect()
