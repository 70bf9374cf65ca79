import { Options } from "../dialogs/Options.tsx";
import { Avatar } from "../people/Avatar.tsx";
import { PersonName } from "../people/PersonName.tsx";
import { words } from "../words.ts";
import styles from "./Completions.module.css";
import type { useCompletion } from "./useCompletion.ts";

/** What the text before the caret can be completed with. */
export function Completions({ all, take, ...choice }: ReturnType<typeof useCompletion>) {
  return (
    <Options
      {...choice}
      label={words.composer.completions}
      options={all}
      pick={take}
      className={styles.list}
      show={({ user, emoji, label }) => (
        <>
          {user ? <Avatar user={user} /> : <span aria-hidden="true">{emoji}</span>}
          {user ? <PersonName user={user} /> : <span>{label}</span>}
        </>
      )}
    />
  );
}
