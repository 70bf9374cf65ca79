import type { CSSProperties } from "react";
import { COLOURS } from "../chat/storage/identity-storage.ts";
import { browserStorage } from "../chat/storage/local-storage.ts";

/** Hues around the circle, each in two shades. */
const HUES = 12;
const SLOTS = 2 * HUES;

/** How many colours of people in rooms are kept. */
const KEPT = 1_000;

const storage = browserStorage();

/** By room and person, who has which slot, whoever was shown last at the end. A reload changes none. */
const taken = new Map<string, number>(
  (storage.get(COLOURS)?.split("\n") ?? []).map((line) => {
    const [room, user, slot] = line.split(" ");
    return [`${room} ${user}`, Number(slot)];
  }),
);

/**
 * A person's colour: the same everywhere, except in a room where one of the 23 people who were shown
 * last has it. There the next free one is theirs, and stays so in this browser.
 * @returns what the class `hued` makes colours from
 */
export function colourOf(user: string, room?: string): CSSProperties {
  const slot = room === undefined ? wantedBy(user) : slotOf(user, room);
  return { "--hue": (slot % HUES) * (360 / HUES) + 15, "--shade": Math.floor(slot / HUES) };
}

function slotOf(user: string, room: string): number {
  const key = `${room} ${user}`;
  const slot = taken.get(key) ?? freeSlot(user, room);
  const isNew = !taken.delete(key);
  taken.set(key, slot);
  if (isNew) {
    const lines = [...taken].slice(-KEPT).map(([who, one]) => `${who} ${one}`);
    storage.set(COLOURS, lines.join("\n"));
  }
  return slot;
}

function freeSlot(user: string, room: string): number {
  // Somebody has signed out.
  if (storage.get(COLOURS) === undefined) taken.clear();
  const here = [...taken].filter(([key]) => key.startsWith(`${room} `));
  const others = new Set(here.slice(1 - SLOTS).map(([, slot]) => slot));
  let slot = wantedBy(user);
  // Five further, a colour is easy to tell from the wanted one, and all come in turn.
  while (others.has(slot)) slot = (slot + 5) % SLOTS;
  return slot;
}

/** Ids are random hexadecimal digits. */
function wantedBy(user: string): number {
  return (Number.parseInt(user.slice(0, 8), 16) || 0) % SLOTS;
}
