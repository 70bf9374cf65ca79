import { MAX_NAME_LENGTH } from "../../protocol/limits.ts";
import { useChat, useChatState } from "../context.ts";
import { Field, FormDialog } from "../dialogs/Form.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { hasKeyboard } from "../focus.ts";
import { Ways } from "../join/Ways.tsx";
import { words } from "../words.ts";

/** A person's own name, notifications and signing out. */
export function Account() {
  const chat = useChat();
  const user = useChatState((state) => state.user);
  const notifying = useChatState((state) => state.notifying);
  const canNotify = notifying === "on" || notifying === "off";
  const action = useAction();
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
      {...action}
    >
      <Field
        label={words.join.name}
        name="name"
        required
        maxLength={2 * MAX_NAME_LENGTH}
        autoComplete="nickname"
        defaultValue={user?.name}
      />
      <div className={`stack ${form.field}`}>
        <button
          type="button"
          aria-pressed={notifying === "on"}
          aria-disabled={!canNotify}
          aria-describedby="account-notifying"
          onClick={() => canNotify && action.run(() => chat.setNotifying(notifying !== "on"))}
        >
          {words.account.notifications(notifying === "on")}
        </button>
        <p id="account-notifying" className="hint">
          {words.account.notifying[notifying]}
        </p>
      </div>
      <div className={`stack ${form.form}`}>
        <button type="button" onClick={() => chat.showDialog({ kind: "devices" })}>
          {words.devices.title}
        </button>
        {hasKeyboard() && (
          <button type="button" onClick={() => chat.showDialog({ kind: "shortcuts" })}>
            {words.shortcuts.title}
          </button>
        )}
        <Ways />
      </div>
    </FormDialog>
  );
}
