/** A part of a file that begins with its own type and length: most formats are made of such parts. */
export interface Piece {
  /** Its type, after the types of the pieces that it is in. */
  path: string;
  from: number;
  /** Where what it holds begins. */
  content: number;
  end: number;
}

/** What a place of a file is replaced with: zeros, unless it says otherwise. */
export interface Edit {
  from: number;
  to: number;
  put?: BlobPart;
}

/** Bytes of the file, followed by zeros where it ends before. */
export type Read = (at: number, length: number) => Promise<DataView>;

interface Head {
  type: string;
  header: number;
  length: number;
  /** What follows its content. */
  tail?: number;
}

export interface Format {
  /** The first bytes of a file, and how many of them come before its first piece. */
  magic: RegExp;
  first: number;
  /** Reads the beginning of a piece; undefined where none begins. */
  head(view: DataView, at: number, read: Read): Head | undefined | Promise<Head | undefined>;
  /** How much of a piece's content comes before the pieces in it; undefined if there are none. */
  inside?(path: string, content: DataView): number | undefined;
  /** The paths of the pieces that are removed. */
  removed: readonly RegExp[];
  remove(piece: Piece): Edit[];
  /** What else is removed, once all other pieces are known. */
  rest?(pieces: readonly Piece[], read: Read): Promise<Edit[]>;
}

/** With more pieces a file is broken, or made to keep the page busy. */
const MAX_PIECES = 20_000;
/** The longest head of a piece, and what is read of the file at once. */
const HEAD_BYTES = 16;
const READ_BYTES = 65_536;

/** Bytes as a text, one letter each. */
export function letters(view: DataView, at: number, length = 4): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}

export function reader(file: Blob): Read {
  let known = new DataView(new ArrayBuffer(0));
  let knownAt = 0;
  return async (at, length) => {
    if (at < knownAt || at + length > knownAt + known.byteLength) {
      const bytes = new Uint8Array(Math.max(length, READ_BYTES));
      bytes.set(new Uint8Array(await file.slice(at, at + bytes.length).arrayBuffer()));
      known = new DataView(bytes.buffer);
      knownAt = at;
    }
    return new DataView(known.buffer, at - knownAt, length);
  };
}

/** Removes pieces from a file. What stays is not copied: the new file refers to parts of the old one. */
export async function without(file: Blob, format: Format, read: Read): Promise<Blob> {
  const kept: Piece[] = [];
  const edits: Edit[] = [];
  let count = 0;

  async function walk(parent: string, from: number, to: number): Promise<void> {
    for (let at = from; at < to && count < MAX_PIECES; count++) {
      const head = await format.head(await read(at, HEAD_BYTES), at, read);
      // Also where the length is negative or not a number.
      if (head === undefined || !(head.length >= 0)) return;
      const content = at + head.header;
      const end = Math.min(to, content + head.length);
      const piece = { path: parent + head.type, from: at, content, end };
      if (format.removed.some((path) => path.test(piece.path))) edits.push(...format.remove(piece));
      else {
        kept.push(piece);
        const skipped = format.inside?.(piece.path, await read(content, HEAD_BYTES));
        if (skipped !== undefined) await walk(`${piece.path}/`, content + skipped, end);
      }
      at = end + (head.tail ?? 0);
    }
  }

  await walk("", format.first, file.size);
  // One by one: as arguments, they could be more than the stack holds.
  for (const edit of (await format.rest?.(kept, read)) ?? []) edits.push(edit);
  const parts: BlobPart[] = [];
  let at = 0;
  for (const { from, to, put } of edits.sort((a, b) => a.from - b.from)) {
    const end = Math.min(to, file.size);
    if (from < at || end <= from) continue;
    const isWhole = put !== undefined && end === to;
    parts.push(file.slice(at, from), isWhole ? put : new Uint8Array(end - from));
    at = end;
  }
  return at === 0 ? file : new Blob([...parts, file.slice(at)], { type: file.type });
}
