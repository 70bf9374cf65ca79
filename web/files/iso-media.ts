import { type Edit, type Format, letters, type Piece, type Read } from "./pieces.ts";

// MP4, MOV, M4A, HEIC and AVIF (ISO/IEC 14496-12 and 23008-12, and Apple's QuickTime File Format).

/** Boxes whose contents are boxes again. */
const CONTAINER = /^moov(\/trak(\/mdia(\/minf(\/stbl)?)?)?|\/udta(\/meta\/ilst)?)?$/;

/** What is read at most of a list of chunks or items, in bytes, and how many `mdat` are looked at. */
const MAX_LIST = 1024 * 1024;
const MAX_MEDIA = 100;

/** The times at which a film and its tracks were recorded. */
const TIMED = /\/(mvhd|tkhd|mdhd)$/;

export const isoMedia: Format = {
  magic: /^.{4}(ftyp|moov|mdat|wide|free|skip|pnot)/s,
  first: 0,
  head(view) {
    const type = letters(view, 4);
    const size = view.getUint32(0);
    if (size === 1) return { type, header: 16, length: Number(view.getBigUint64(8)) - 16 };
    return { type, header: 8, length: size === 0 ? Number.POSITIVE_INFINITY : size - 8 };
  },
  inside(path, content) {
    if (CONTAINER.test(path)) return 0;
    // QuickTime's has no version.
    if (path === "moov/udta/meta") return letters(content, 4) === "hdlr" ? 0 : 4;
    // Of a picture.
    if (path === "meta") return 4;
    if (path === "meta/iinf") return content.getUint8(0) === 0 ? 6 : 8;
    return undefined;
  },
  removed: [
    // What programs add, Samsung's own box, and the film of a motion photo.
    /^(moov\/(trak\/)?)?uuid$|^(sefd|mpvd)$/,
    // What cameras say of a film; `meta` of a picture has its parts.
    /^udta$|^moov\/((trak\/)?meta|trak\/(mdia\/)?udta)$/,
    /^moov\/udta\/meta\/(?!hdlr|ilst)/,
    // What a song is called and who plays it stays.
    /^moov\/udta\/(meta\/ilst\/)?(?!meta|\xa9(nam|ART|alb|gen|wrt|lyr)|aART|covr|trkn|disk|cprt)[^/]*$/,
  ],
  remove: ({ from, content, end }) => [
    { from: from + 4, to: from + 8, put: "free" },
    { from: content, to: end },
  ],
  async rest(pieces, read) {
    const edits: Edit[] = [];
    for (const { content } of pieces.filter(({ path }) => TIMED.test(path))) {
      const isLong = (await read(content, 1)).getUint8(0) === 1;
      edits.push({ from: content + 4, to: content + (isLong ? 20 : 12) });
    }
    return [...edits, ...(await samples(pieces, read)), ...(await items(pieces, read))];
  },
};

async function listOf({ content, end }: Piece, read: Read): Promise<DataView> {
  return read(content, Math.min(MAX_LIST, Math.max(16, end - content)));
}

/** What tracks of metadata hold: action cameras and drones record their places there. */
async function samples(pieces: readonly Piece[], read: Read): Promise<Edit[]> {
  const media = pieces.filter(({ path }) => path === "mdat").slice(0, MAX_MEDIA);
  const chunks = media.map(({ end }) => ({ at: end, removed: false }));
  const tracks = pieces.filter(({ path }) => path === "moov/trak");
  const recorded: Piece[] = [];
  for (const { from, content } of pieces.filter(({ path }) => path === "moov/trak/mdia/hdlr")) {
    const track = tracks.find((one) => one.from < from && from < one.end);
    if (track && letters(await read(content, 16), 8) === "meta") recorded.push(track);
  }
  for (const piece of pieces) {
    const { path, from } = piece;
    const removed = recorded.some((track) => track.from < from && from < track.end);
    const size = path.endsWith("/stco") ? 4 : path.endsWith("/co64") ? 8 : undefined;
    if (size === undefined) continue;
    const list = await listOf(piece, read);
    for (let at = 8; at + size <= list.byteLength; at += size) {
      const chunk = size === 4 ? list.getUint32(at) : Number(list.getBigUint64(at));
      chunks.push({ at: chunk, removed });
    }
  }
  chunks.sort((a, b) => a.at - b.at);
  return chunks.flatMap(({ at, removed }, index) => {
    const next = chunks[index + 1];
    if (!removed || next === undefined) return [];
    // A chunk lasts at most until the next one of any track.
    const isMedia = media.some(({ content, end }) => content <= at && at < end);
    return isMedia ? { from: at, to: next.at } : [];
  });
}

/** The items of a picture that are EXIF or XMP. */
async function items(pieces: readonly Piece[], read: Read): Promise<Edit[]> {
  const removed = new Set<number>();
  for (const { content } of pieces.filter(({ path }) => path === "meta/iinf/infe")) {
    const entry = await read(content, 16);
    const isLong = entry.getUint8(0) > 2;
    const id = isLong ? entry.getUint32(4) : entry.getUint16(4);
    if (/^(Exif|mime)$/.test(letters(entry, isLong ? 10 : 8))) removed.add(id);
  }
  const [places, data] = ["iloc", "idat"].map((type) =>
    pieces.find(({ path }) => path === `meta/${type}`),
  );
  if (places === undefined || removed.size === 0) return [];
  const list = await listOf(places, read);
  let at = 4;
  const number = (size: number) => {
    at += size;
    if (at > list.byteLength) return 0;
    if (size === 8) return Number(list.getBigUint64(at - 8));
    return size === 4 ? list.getUint32(at - 4) : size === 2 ? list.getUint16(at - 2) : 0;
  };
  const version = list.getUint8(0);
  const sizes = number(2);
  const [ofOffset, ofLength, ofBase] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const ofIndex = version > 0 ? sizes & 15 : 0;
  const edits: Edit[] = [];
  for (let left = number(version < 2 ? 2 : 4); left > 0 && at < list.byteLength; left--) {
    const id = number(version < 2 ? 2 : 4);
    const isInData = version > 0 && (number(2) & 15) === 1;
    number(2);
    const base = number(ofBase) + (isInData ? (data?.content ?? 0) : 0);
    for (let extents = number(2); extents > 0 && at < list.byteLength; extents--) {
      number(ofIndex);
      const from = base + number(ofOffset);
      const length = number(ofLength);
      // Without a length it would be the whole file.
      if (length === 0) break;
      if (removed.has(id)) edits.push({ from, to: from + length });
    }
  }
  return edits;
}
