import { Bell, Keyboard, MonitorSmartphone } from "lucide-react";
import { MAX_NAME_LENGTH } from "../../protocol/limits.ts";
import { useChat, useChatState } from "../context.ts";
import { Field, FormDialog } from "../dialogs/Form.tsx";
import { useAction } from "../dialogs/useAction.ts";
import { hasKeyboard } from "../focus.ts";
import { MenuItem } from "../IconButton.tsx";
import { Ways } from "../join/Ways.tsx";
import { words } from "../words.ts";

/** A person's own name, notifications and signing out. */
export function Account() {
  const chat = useChat();
  const user = useChatState((state) => state.user);
  const notifying = useChatState((state) => state.notifying);
  const canNotify = notifying === "on" || notifying === "off";
  const { run, problem } = useAction();
  return (
    <FormDialog
      title={words.account.title}
      action={words.account.saveName}
      save={(field) => chat.rename(field("name"))}
      other={
        <button
          type="button"
          className="quiet"
          onClick={() => chat.showDialog({ kind: "signOut" })}
        >
          {words.account.signOut}
        </button>
      }
    >
      <Field
        label={words.join.name}
        name="name"
        required
        limit={MAX_NAME_LENGTH}
        autoComplete="nickname"
        defaultValue={user?.name}
      />
      <div className="menu">
        <MenuItem
          icon={Bell}
          label={words.account.notifications}
          role="switch"
          aria-checked={notifying === "on"}
          aria-disabled={!canNotify}
          aria-describedby="account-notifying"
          act={() => canNotify && run(() => chat.setNotifying(notifying !== "on"))}
        />
        <p id="account-notifying" className="hint">
          {problem || words.account.notifying[notifying]}
        </p>
        <MenuItem
          icon={MonitorSmartphone}
          label={words.devices.title}
          act={() => chat.showDialog({ kind: "devices" })}
        />
        {hasKeyboard() && (
          <MenuItem
            icon={Keyboard}
            label={words.shortcuts.title}
            act={() => chat.showDialog({ kind: "shortcuts" })}
          />
        )}
      </div>
      <Ways />
    </FormDialog>
  );
}
