/** The names of emoji as they are typed between colons, with the emoji. */
export async function emojiNames(): Promise<(readonly [string, string])[]> {
  const byHexcode: Record<string, string | string[]> = (
    await import("emojibase-data/en/shortcodes/github.json")
  ).default;
  return Object.entries(byHexcode).flatMap(([hexcode, names]) => {
    const emoji = emojiOf(hexcode);
    return emoji === undefined ? [] : [names].flat().map((name) => [name, emoji] as const);
  });
}

/** Hexcodes of single emoji leave out what makes them be drawn as such. */
function emojiOf(hexcode: string): string | undefined {
  const plain = String.fromCodePoint(
    ...hexcode.split("-").map((part) => Number.parseInt(part, 16)),
  );
  return [plain, `${plain}\uFE0F`].find((emoji) => /^\p{RGI_Emoji}$/v.test(emoji));
}
