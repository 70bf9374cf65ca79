import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import styles from "./Shortcuts.module.css";

const modifier = navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";

const shortcuts: [keys: string[], does: string][] = [
  [["Enter"], "Send the message"],
  [["Shift", "Enter"], "Start a new line"],
  [["↑"], "Edit your last message, if the composer is empty"],
  [["@"], "Mention somebody"],
  [[":"], "Insert an emoji by name"],
  [[modifier, "K"], "Search, or go to a room"],
  [["Alt", "↑"], "Go to the room above"],
  [["Alt", "↓"], "Go to the room below"],
  [["Esc"], "Go to the latest message, or cancel"],
  [["?"], "Show this list"],
];

export function Shortcuts() {
  return (
    <DialogFrame title="Keyboard shortcuts">
      <dl className={styles.list}>
        {shortcuts.map(([keys, does]) => (
          <div key={does}>
            <dt>{does}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </DialogFrame>
  );
}
