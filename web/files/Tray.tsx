import { X } from "lucide-react";
import { useChat, useChatState } from "../context.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words.ts";
import styles from "./Files.module.css";
import { LocalRow } from "./Files.tsx";

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
