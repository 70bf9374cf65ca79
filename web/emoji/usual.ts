import { browserStorage } from "../chat/storage/local-storage.ts";

/** What people use most, before a person's own uses are known. */
const USUAL =
  "👍 ❤️ 😂 🎉 😮 🙏 😊 😅 😢 😍 🔥 👀 ✅ 🚀 👏 🙌 💯 🤔 👋 😎 😉 😁 🤣 🥳 😭 😬 🙈 🤷 💪 👌 ✨ ⭐ ☕ 🍕 🎂 🌈 👎 ❌ ❓ ⚠️ 💡 🐛 🎯 💙 💚 😴 🤗 🫡".split(
    " ",
  );

/** How many uses of the past count. */
const KEPT = 60;

const storage = browserStorage();

/** What this person used in this browser, the last first. */
function used(): string[] {
  return storage.get("natter.emoji")?.split(" ") ?? [];
}

export function noteUse(emoji: string): void {
  storage.set("natter.emoji", [emoji, ...used()].slice(0, KEPT).join(" "));
}

/** The emoji that this person uses most, and then what people do. */
export function usualEmoji(count: number): string[] {
  const uses = new Map<string, number>();
  // The first three give way only to what is used more than twice.
  const early = USUAL.slice(0, 3);
  for (const emoji of [...early, ...early, ...used(), ...USUAL]) {
    uses.set(emoji, (uses.get(emoji) ?? 0) + 1);
  }
  const all = [...uses].sort(([, a], [, b]) => b - a);
  return all.slice(0, count).map(([emoji]) => emoji);
}

/** The skin tone in which this person uses emoji, from 1 (light) to 5; 0 is none. */
export function skinTone(): number {
  return Number(storage.get("natter.skin") ?? 0);
}

export function setSkinTone(tone: number): void {
  storage.set("natter.skin", `${tone}`);
}

/** An emoji in a skin tone. */
export function toned(emoji: string, tone: number): string {
  if (tone === 0) return emoji;
  const modifier = String.fromCodePoint(0x1f3fa + tone);
  return emoji.replace(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${modifier}`);
}
