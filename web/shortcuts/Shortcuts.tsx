import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { words } from "../words.ts";
import styles from "./Shortcuts.module.css";

const modifier = navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";

export function Shortcuts() {
  return (
    <DialogFrame title={words.shortcuts.title}>
      <dl className={styles.list}>
        {words.shortcuts.all(modifier).map(([keys, does]) => (
          <div key={does} className="row apart">
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
