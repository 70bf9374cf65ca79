import { useEffect, useState } from "react";
import { encode } from "uqr";
import { LINK_SECONDS } from "../../protocol/limits.ts";
import type { SessionFacts } from "../../protocol/model.ts";
import { hashOfLink } from "../chat/rooms/address.ts";
import { useChat, useChatState } from "../context.ts";
import { CopyLink } from "../dialogs/CopyLink.tsx";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";
import styles from "./Devices.module.css";

/** While a code is shown, how often it is looked whether somebody has used it. */
const LOOK_MS = 4_000;

/** Where this person is signed in, and a code for one more device. */
export function Devices() {
  const chat = useChat();
  const name = useChatState((state) => state.user?.name ?? "");
  const [link, setLink] = useState<string>();
  const [sessions, setSessions] = useState<readonly SessionFacts[]>([]);
  const { run, pending, problem } = useAction();
  const load = async () => {
    const { sessions: known } = await chat.request("sessions", {});
    // Whoever has come since has used up the code.
    if (known.length > sessions.length) setLink(undefined);
    setSessions(known);
  };
  useEffect(() => run(load), []);
  useEffect(() => {
    if (link === undefined) return;
    // If a look fails, the next one may not.
    const timer = setInterval(() => void load().catch(() => {}), LOOK_MS);
    return () => clearInterval(timer);
  }, [link, sessions]);
  useEffect(() => {
    const timer = setTimeout(() => setLink(undefined), LINK_SECONDS * 1_000);
    return () => clearTimeout(timer);
  }, [link]);

  const make = async () => {
    const { code } = await chat.request("link", {});
    setLink(`${location.origin}/${hashOfLink(code, name)}`);
  };
  const end = async (id: string) => {
    await chat.request("endSession", { session: id });
    await load();
  };
  return (
    <DialogFrame title={words.devices.title}>
      <div className={`stack ${form.form}`}>
        <p>{words.devices.means}</p>
        {link === undefined ? (
          <button type="submit" aria-disabled={pending} onClick={() => run(make)}>
            {words.devices.make}
          </button>
        ) : (
          <>
            <QrCode text={link} />
            <CopyLink label={words.devices.link} link={link} />
          </>
        )}
        <p id="problem" role="alert">
          {problem}
        </p>
        <h3 className="hint">{words.devices.signedIn}</h3>
        <ul className={`stack ${styles.list}`}>
          {sessions.map(({ id, device, seenAt, current }) => (
            <li key={id} className="row apart">
              <span>
                {words.devices.device(device)}
                <small>{current ? words.devices.this : words.devices.seen(seenAt)}</small>
              </span>
              {!current && (
                <button type="button" className="small" onClick={() => run(() => end(id))}>
                  {words.account.signOut}
                </button>
              )}
            </li>
          ))}
        </ul>
        <p className={`row wraps ${form.buttons}`}>
          <button
            type="button"
            onClick={() => chat.showDialog({ kind: "signOut", everywhere: true })}
          >
            {words.account.signOutEverywhere}
          </button>
        </p>
      </div>
    </DialogFrame>
  );
}

/** Dark on light in every theme, as cameras want it, with four modules of margin. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 4 });
  const path = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])));
  return (
    <svg
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={words.devices.code}
      shapeRendering="crispEdges"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path.join("")} />
    </svg>
  );
}
