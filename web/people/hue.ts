const HUES = 12;

/** A person's hue in degrees: one of twelve, the same everywhere. */
export function hueOf(user: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < user.length; index++) {
    hash = Math.imul(hash ^ user.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV-1a alone spread hexadecimal ids unevenly.
  return (((hash ^ (hash >>> 15)) >>> 0) % HUES) * (360 / HUES) + 15;
}
