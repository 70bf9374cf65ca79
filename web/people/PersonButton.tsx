import type { ReactNode } from "react";
import type { User } from "../../protocol/model.ts";
import { useChat } from "../context.ts";
import { placeOf } from "../focus.ts";
import styles from "./PersonButton.module.css";

interface Props {
  user: User;
  room: string;
  className?: string | undefined;
  tabIndex?: number;
  /** Whether another button beside it does the same. */
  again?: boolean;
  children: ReactNode;
}

/** A name or a picture of somebody, which opens their card beside it. */
export function PersonButton({ user, room, className, tabIndex, again, children }: Props) {
  const chat = useChat();
  return (
    <button
      type="button"
      className={className ?? `cut ${styles.plain}`}
      tabIndex={again ? -1 : tabIndex}
      aria-hidden={again}
      onClick={(event) => {
        const { id, name } = user;
        chat.showDialog({ kind: "person", user: { id, name }, room, beside: placeOf(event) });
      }}
    >
      {children}
    </button>
  );
}
