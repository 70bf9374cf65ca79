import * as v from "valibot";
import {
  DEFAULT_PAGE,
  MAX_EMOJI_LENGTH,
  MAX_FILE_NAME_LENGTH,
  MAX_FILES,
  MAX_NAME_LENGTH,
  MAX_PAGE,
  MAX_QUERY_LENGTH,
  MAX_TEXT_LENGTH,
  MAX_TOPIC_LENGTH,
} from "./limits.ts";
import { charactersOf, isStreamSafe } from "./text.ts";

/**
 * The schemas of the events' fields. A text is measured before anything else is done with it, so
 * that an oversized one costs nothing more.
 */

export const RoomId = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    "must be 1 to 63 of a-z, 0-9 and -, beginning with a letter or digit",
  ),
);
export const UserId = v.pipe(v.string(), v.regex(/^[0-9a-f]{20}$/, "must be a person's id"));
/** The code of an invitation to a private room. */
export const InviteCode = v.optional(v.pipe(v.string(), v.maxLength(64)));
export const EventId = v.pipe(v.string(), v.uuid("must be a UUID"));

/** A string of at most `units` code units, in Unicode's stream-safe form. */
function measured(units: number, tooLong?: string) {
  return v.pipe(
    v.string(),
    v.maxLength(units, tooLong),
    // The checks of a pipe run even if an earlier one has failed.
    v.check(
      (text) => text.length > units || isStreamSafe(text),
      "must not have more than 30 marks in a row",
    ),
  );
}

/** A text of at most `max` characters, as a reader counts emoji: `v.maxLength` counts 😀 as two. */
function maxCharacters(max: number) {
  const isShort = v.check((text: string) => charactersOf(text).length <= max, tooLong(max));
  return { ...isShort, type: "max_characters" } as const;
}

function tooLong(max: number): string {
  return `must hold at most ${max} characters`;
}

export const NO_TEXT = "must not be empty";

/** The text of a message with files. Lone surrogates, as of half an emoji, become U+FFFD. */
export const Caption = v.pipe(
  // A character has at most two code units.
  measured(2 * MAX_TEXT_LENGTH, tooLong(MAX_TEXT_LENGTH)),
  v.transform((text) => text.replace(/\p{Surrogate}/gu, "\uFFFD")),
  maxCharacters(MAX_TEXT_LENGTH),
);
export const Text = v.pipe(Caption, v.minLength(1, NO_TEXT));

export const Seq = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** As pairs: valibot's records leave out the keys `constructor` and `prototype`, which rooms may have. */
export const Seqs = v.pipe(
  v.custom<Record<string, number>>(
    (input) =>
      typeof input === "object" &&
      input !== null &&
      !Array.isArray(input) &&
      Object.entries(input).every(([room, seq]) => v.is(RoomId, room) && v.is(Seq, seq)),
    "must be an object of seqs by room",
  ),
  v.transform((seqs) => Object.entries(seqs)),
);
const NO_DATE = "must be a date such as 2026-08-31, or one with a time and its zone";
export const Query = v.optional(measured(MAX_QUERY_LENGTH));
const DAY_MS = 24 * 60 * 60 * 1_000;

/** A date, which is its last moment in UTC, or a date with a time: in ms since the epoch. */
export const Moment = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/, NO_DATE),
  v.transform((date) => Date.parse(date) + (date.includes("T") ? 0 : DAY_MS - 1)),
  v.safeInteger(NO_DATE),
);
export const Limit = v.optional(
  v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_PAGE)),
  DEFAULT_PAGE,
);

// These list all emoji and take milliseconds to compile, so that is left to their first use.

/** Joiners, which are control characters, are allowed in emoji and letters of some scripts. */
const joined = () => /\p{RGI_Emoji}|(?<=[\p{M}\p{Script=Arabic}])[\u200C\u200D](?=\p{L})/gv;

/**
 * What joins emoji and letters; or characters of which nothing is seen, such as Hangul fillers, and the
 * empty Braille pattern. Control characters are refused.
 */
const unseen = () =>
  new RegExp(`(${joined().source})|[[\\p{Default_Ignorable_Code_Point}--\\p{C}]\\u2800]`, "gv");

/** One line of up to `max` characters: spaces folded, no control characters. */
function line(max: number, clean = (text: string) => text) {
  return v.pipe(
    // Composing makes one character of up to four.
    measured(4 * max, tooLong(max)),
    v.transform((text) => clean(text.normalize("NFC")).replace(/\s+/gu, " ").trim()),
    v.check(
      (text) => /^\P{C}*$/u.test(text.replace(joined(), "")),
      "must hold no control characters",
    ),
    maxCharacters(max),
  );
}

/** A name of a person or a room. Names that differ only in what is not seen are the same. */
export const Name = v.pipe(
  line(MAX_NAME_LENGTH, (text) => text.replace(unseen(), "$1")),
  v.minLength(1, NO_TEXT),
  v.regex(/[^\p{M}\s]/u, "must not look empty"),
  // No script stacks more of them, and taller stacks would cover the lines around them.
  v.check((name) => !/\p{M}{5}/u.test(name), "must not have more than 4 marks in a row"),
);

/** A file's name, without folders. */
export const FileName = v.pipe(
  line(MAX_FILE_NAME_LENGTH),
  v.transform((name) => name.replace(/[/\\]/g, "_")),
  v.minLength(1, NO_TEXT),
);
export const FileIds = v.pipe(v.array(EventId), v.minLength(1), v.maxLength(MAX_FILES));

/** A media type without parameters, as browsers give it. */
export const MediaType = v.pipe(
  v.string(),
  v.maxLength(100),
  v.regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/, "must be a media type"),
);
export const Size = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Pixels of a picture's side. */
export const Side = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100_000));

/** A picture in 4 × 4 pixels, row by row: the base64 of 48 bytes of red, green and blue. */
export const Preview = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9+/]{64}$/, "must be the base64 of 48 bytes"),
);

/** What a room is about; empty for no topic. */
export const Topic = line(MAX_TOPIC_LENGTH);

/** Exactly one emoji, as a person sees it. */
export const Emoji = v.pipe(
  v.string(),
  v.maxLength(MAX_EMOJI_LENGTH),
  v.check((text) => /^\p{RGI_Emoji}$/v.test(text), "must be one emoji"),
);
