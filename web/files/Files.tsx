import { Download, FileText, X } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import type { FileFacts, MessageEntry } from "../../protocol/model.ts";
import type { LocalFile, Outgoing } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words.ts";
import styles from "./Files.module.css";
import { useAddress, useDownload } from "./useAddress.ts";

/** Whether a file is shown as a picture. */
export function isPicture({ type, width, height }: Omit<FileFacts, "id">): boolean {
  return /^image\/(png|jpeg|gif|webp)$/.test(type) && width !== undefined && height !== undefined;
}

/** The files of a message: pictures, what is played, and others, in this order. */
export function Files({ message }: { message: MessageEntry | Outgoing }) {
  if (!("seq" in message)) return <Waiting message={message} />;
  const { files = [] } = message;
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  return (
    <div className={styles.files}>
      {pictures.length > 0 && (
        <div className={styles.grid} data-several={pictures.length > 1}>
          {pictures.map((file) => (
            <Picture key={file.id} entry={message} file={file} beside={pictures.length} />
          ))}
        </div>
      )}
      {others.map((file) =>
        /^(audio|video)\//.test(file.type) ? (
          <Media key={file.id} entry={message} file={file} />
        ) : (
          <Other key={file.id} entry={message} file={file} />
        ),
      )}
    </div>
  );
}

interface Shown {
  entry: MessageEntry;
  file: FileFacts;
}

function Picture({ entry, file, beside }: Shown & { beside: number }) {
  const chat = useChat();
  const { address, tooLarge, failed } = useAddress(entry, file, beside);
  const [seen, setSeen] = useState<string>();
  if (tooLarge) return <Other entry={entry} file={file} />;
  return (
    <button
      type="button"
      className={styles.picture}
      style={ratioOf(file)}
      aria-label={words.files.open(file.name)}
      onClick={() => chat.showDialog({ kind: "picture", entry, file: file.id })}
    >
      {/* A picture can be transparent. */}
      {(address === undefined || seen !== address) && <Preview colours={file.preview} />}
      {address !== undefined && (
        <img
          src={address}
          alt=""
          onLoad={() => setSeen(address)}
          onError={failed}
          draggable={false}
        />
      )}
    </button>
  );
}

function Media({ entry, file }: Shown) {
  const { address, failed } = useAddress(entry, file);
  const shared = { src: address, controls: true, onError: address ? failed : undefined };
  return (
    <figure className={styles.media}>
      {file.type.startsWith("audio/") ? (
        <audio {...shared} preload="none" aria-label={file.name} />
      ) : (
        <video {...shared} preload="metadata" playsInline aria-label={file.name} />
      )}
      <Other entry={entry} file={file} />
    </figure>
  );
}

function Other({ entry, file }: Shown) {
  return (
    <p className={`row ${styles.other}`}>
      <FileText size={20} aria-hidden="true" />
      <FactsOf file={file} />
      <DownloadButton entry={entry} file={file} />
    </p>
  );
}

export function DownloadButton({ entry, file: { id, name } }: Shown) {
  const download = useDownload(entry);
  return (
    <IconButton icon={Download} label={words.files.download(name)} act={() => void download(id)} />
  );
}

/** The files of a message that is on its way, each with how far it has come. */
function Waiting({ message: { id, files = [] } }: { message: Outgoing }) {
  const chat = useChat();
  return (
    <ul className={styles.files}>
      {files.map((file) => (
        <LocalRow key={file.key} file={file}>
          <Progress file={file} />
          {file.id === undefined && (
            <IconButton
              icon={X}
              label={words.files.cancel(file.name)}
              act={() => chat.cancelFile(id, file.key)}
            />
          )}
        </LocalRow>
      ))}
    </ul>
  );
}

function Progress({ file: { key, id, name } }: { file: LocalFile }) {
  const part = useChatState(({ progress }) => progress[key]);
  if (part === undefined && id === undefined) return null;
  return <progress value={id === undefined ? part : 1} aria-label={words.files.sending(name)} />;
}

/** A file of a draft or of a message that is on its way, and what can be done with it. */
function LocalRow({ file, children }: { file: LocalFile; children: ReactNode }) {
  return (
    <li className={`row ${styles.other}`}>
      {file.preview === undefined ? (
        <FileText size={20} aria-hidden="true" />
      ) : (
        <span className={styles.thumbnail}>
          <Preview colours={file.preview} />
        </span>
      )}
      <FactsOf file={file} />
      {children}
    </li>
  );
}

export function FactsOf({ file }: { file: Omit<FileFacts, "id"> }) {
  return (
    <span className={styles.facts}>
      <bdi className="cut">{file.name}</bdi>
      <small className="cut">{words.files.facts(file.size, file.type)}</small>
    </span>
  );
}

/** Reserves a picture's space before it has loaded. */
function ratioOf({ width = 1, height = 1 }: Omit<FileFacts, "id">) {
  return { "--ratio": width / height };
}

/** A picture in 4 × 4 pixels, which the browser smooths as it enlarges them. */
function Preview({ colours }: { colours: string | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !colours) return;
    const image = context.createImageData(4, 4);
    const bytes = atob(colours);
    image.data.forEach((_, index) => {
      const pixel = Math.floor(index / 4);
      image.data[index] = index % 4 === 3 ? 255 : bytes.charCodeAt(pixel * 3 + (index % 4));
    });
    context.putImageData(image, 0, 0);
  }, [colours]);
  return <canvas ref={canvas} width={4} height={4} />;
}

/** The files of a draft. */
export function Tray({ room }: { room: string }) {
  const chat = useChat();
  const files = useChatState(({ drafts }) => drafts[room]?.files);
  const preparing = useChatState((state) => state.preparing.has(room));
  return (
    <ul className={`row wraps ${styles.tray}`} aria-label={words.files.attached}>
      {files?.map((file) => (
        <LocalRow key={file.key} file={file}>
          <IconButton
            icon={X}
            size={16}
            label={words.files.remove(file.name)}
            act={() => chat.detach(room, file)}
          />
        </LocalRow>
      ))}
      {preparing && <li role="status">{words.files.preparing}</li>}
      {files?.some(({ scaled }) => scaled) && (
        <li>
          <button type="button" className="small quiet" onClick={() => chat.enlarge(room)}>
            {words.files.enlarge}
          </button>
        </li>
      )}
    </ul>
  );
}
