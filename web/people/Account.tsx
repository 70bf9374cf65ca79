import { type FormEvent, useRef } from "react";
import { MAX_NAME_LENGTH } from "../../protocol/limits.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { Ways } from "../join/Ways.tsx";
import { words } from "../words.ts";

/** A person's own name, notifications and signing out. */
export function Account() {
  const chat = useChat();
  const user = useChatState((state) => state.user);
  const notifying = useChatState((state) => state.notifying);
  const canNotify = notifying === "on" || notifying === "off";
  const name = useRef<HTMLInputElement>(null);
  const { run, pending, problem } = useAction();

  function rename(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    run(async () => {
      await chat.rename(name.current?.value ?? "");
      chat.closeDialog();
    });
  }

  return (
    <DialogFrame title={words.account.title}>
      <form className={form.form} onSubmit={rename}>
        <p className={form.field}>
          <label htmlFor="account-name">{words.join.name}</label>
          <input
            ref={name}
            id="account-name"
            type="text"
            required
            maxLength={2 * MAX_NAME_LENGTH}
            autoComplete="nickname"
            defaultValue={user?.name}
          />
        </p>
        <div className={form.field}>
          <button
            type="button"
            aria-pressed={notifying === "on"}
            aria-disabled={!canNotify}
            aria-describedby="account-notifying"
            onClick={() => canNotify && run(() => chat.setNotifying(notifying !== "on"))}
          >
            {words.account.notifications(notifying === "on")}
          </button>
          <p id="account-notifying">{words.account.notifying[notifying]}</p>
        </div>
        <div className={form.form}>
          <button type="button" onClick={() => chat.showDialog({ kind: "devices" })}>
            {words.devices.title}
          </button>
          <Ways />
        </div>
        <p className={form.problem} role="alert">
          {problem}
        </p>
        <p className={form.buttons}>
          <button
            type="button"
            className="quiet"
            onClick={() => chat.showDialog({ kind: "signOut" })}
          >
            {words.account.signOut}
          </button>
          <button type="submit" aria-disabled={pending}>
            {words.account.saveName}
          </button>
        </p>
      </form>
    </DialogFrame>
  );
}
