import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { words } from "../words.ts";
import styles from "./Shortcuts.module.css";

const modifier = navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";

const shortcuts: [keys: string[], does: string][] = [
  [["Enter"], words.shortcuts.send],
  [["Shift", "Enter"], words.shortcuts.newLine],
  [["↑"], words.shortcuts.editLast],
  [["@"], words.shortcuts.mention],
  [[":"], words.shortcuts.emoji],
  [["F6"], words.shortcuts.messages],
  [["↑", "↓"], words.shortcuts.message],
  [[modifier, "K"], words.shortcuts.search],
  [["Alt", "↑"], words.shortcuts.above],
  [["Alt", "↓"], words.shortcuts.below],
  [["Alt", "Shift", "↓"], words.shortcuts.unread],
  [["Esc"], words.shortcuts.latest],
  [["?"], words.shortcuts.list],
];

export function Shortcuts() {
  return (
    <DialogFrame title={words.shortcuts.title}>
      <dl className={styles.list}>
        {shortcuts.map(([keys, does]) => (
          <div key={does} className="row">
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
