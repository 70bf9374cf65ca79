import { ChevronLeft, ChevronRight, type LucideIcon } from "lucide-react";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { FileFacts, MessageEntry } from "../../protocol/model.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words.ts";
import styles from "./Files.module.css";
import { DownloadButton, FactsOf, isPicture } from "./Files.tsx";
import { useAddress } from "./useAddress.ts";

/** How far in px a finger moves sideways to turn to another picture. */
const SWIPE = 50;

/** The pictures of a message, one at a time. The arrow keys and a swipe lead to the next one. */
export function Lightbox({ entry, file: first }: { entry: MessageEntry; file: string }) {
  const pictures = (entry.files ?? []).filter(isPicture);
  const [index, setIndex] = useState(() => pictures.findIndex(({ id }) => id === first));
  const from = useRef<number>(undefined);
  const shown = pictures[index];
  const { length } = pictures;

  function turn(by: number) {
    setIndex((before) => Math.min(length - 1, Math.max(0, before + by)));
  }
  useEffect(() => {
    const keyDown = ({ key }: KeyboardEvent) => {
      if (key === "ArrowLeft") turn(-1);
      if (key === "ArrowRight") turn(1);
    };
    // The focus may be on a button of the frame, or on nothing.
    document.addEventListener("keydown", keyDown);
    return () => document.removeEventListener("keydown", keyDown);
  }, [length]);
  if (shown === undefined) return null;

  function pointerUp({ clientX }: PointerEvent<HTMLElement>) {
    const moved = clientX - (from.current ?? clientX);
    from.current = undefined;
    if (Math.abs(moved) > SWIPE) turn(moved > 0 ? -1 : 1);
  }

  const turner = (icon: LucideIcon, label: string, by: number) =>
    length > 1 && (
      <IconButton
        icon={icon}
        label={label}
        aria-disabled={!(index + by in pictures)}
        act={() => turn(by)}
      />
    );

  return (
    <DialogFrame title={words.files.picture(index + 1, pictures.length)} wide>
      <div
        className={`stack ${styles.viewer}`}
        onPointerDown={({ clientX }) => {
          from.current = clientX;
        }}
        onPointerUp={pointerUp}
      >
        <Shown key={shown.id} entry={entry} file={shown} />
        <p className="row">
          {turner(ChevronLeft, words.files.previous, -1)}
          <FactsOf file={shown} />
          <DownloadButton entry={entry} file={shown} />
          {turner(ChevronRight, words.files.next, 1)}
        </p>
      </div>
    </DialogFrame>
  );
}

function Shown({ entry, file }: { entry: MessageEntry; file: FileFacts }) {
  const { address, tooLarge, failed } = useAddress(entry, file);
  if (tooLarge) return <span role="status">{words.files.tooLarge}</span>;
  if (address === undefined) return <span role="status">{words.room.loading}</span>;
  return <img src={address} alt={file.name} onError={failed} draggable={false} />;
}
