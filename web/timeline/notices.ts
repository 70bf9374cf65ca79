import type { RoomNotice } from "../chat/state.ts";

/** More are not named. */
const MAX_NAMES = 3;

const list = new Intl.ListFormat("en");

/** What came of people coming and going, in one sentence. */
export function sentenceOfNotices(notices: readonly RoomNotice[]): string {
  // Of each person the last counts.
  const last = new Map(notices.map(({ user, kind }) => [user.id, { name: user.name, kind }]));
  const named = (kind: RoomNotice["kind"]) =>
    [...last.values()].filter((one) => one.kind === kind).map(({ name }) => name);
  return [sentence(named("joined"), "joined"), sentence(named("left"), "left")]
    .filter((part) => part !== "")
    .join(" · ");
}

function sentence(names: readonly string[], did: string): string {
  if (names.length === 0) return "";
  const rest = names.length - MAX_NAMES;
  const shown = rest > 1 ? [...names.slice(0, MAX_NAMES), `${rest} others`] : names;
  return `${list.format(shown)} ${did}`;
}
