import type { CSSProperties } from "react";

/** Hues around the circle, each in two shades. */
const HUES = 12;
const SLOTS = 2 * HUES;

/** By room, and everywhere under "", who has which slot. */
const taken = new Map<string, Map<string, number>>();

/**
 * A person's colour: the same everywhere, except in a room where somebody has it already. There the
 * next one is theirs, so that up to 24 people differ.
 * @returns what the class `hued` makes colours from
 */
export function colourOf(user: string, room = ""): CSSProperties {
  const slot = slotOf(user, room);
  return { "--hue": (slot % HUES) * (360 / HUES) + 15, "--shade": Math.floor(slot / HUES) };
}

function slotOf(user: string, room: string): number {
  const slots = taken.get(room) ?? new Map<string, number>();
  taken.set(room, slots);
  const known = slots.get(user);
  if (known !== undefined) return known;
  const wanted = room === "" ? hash(user) % HUES : slotOf(user, "");
  const others = new Set(slots.values());
  let slot = wanted;
  // Five hues further, the next is easy to tell from the wanted one, and all come in turn.
  for (let tries = 1; others.has(slot) && tries < SLOTS; tries++) {
    const shade = Math.floor(tries / HUES) * HUES;
    slot = ((wanted + 5 * tries) % HUES) + ((wanted - (wanted % HUES) + shade) % SLOTS);
  }
  slots.set(user, slot);
  return slot;
}

function hash(user: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < user.length; index++) {
    hash = Math.imul(hash ^ user.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV-1a alone spread hexadecimal ids unevenly.
  return (hash ^ (hash >>> 15)) >>> 0;
}
