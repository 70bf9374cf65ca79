import { X } from "lucide-react";
import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import styles from "./Files.module.css";
import { FactsOf, Thumbnail } from "./Files.tsx";

/** The files of a draft. */
export function Tray({ room }: { room: string }) {
  const chat = useChat();
  const files = useChatState(({ drafts }) => drafts[room]?.files);
  const preparing = useChatState((state) => state.preparing.has(room));
  return (
    <ul className={styles.tray} aria-label={words.files.attached}>
      {files?.map((file) => (
        <li key={file.key} className={styles.other}>
          <Thumbnail file={file} />
          <FactsOf file={file} />
          <button
            type="button"
            className="quiet icon"
            aria-label={words.files.remove(file.name)}
            onClick={() => chat.detach(room, file)}
          >
            <X size={16} aria-hidden="true" />
          </button>
        </li>
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
