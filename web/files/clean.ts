import { isoMedia } from "./iso-media.ts";
import { type Format, letters, type Piece, reader, without } from "./pieces.ts";

const renamed = (put: string) => (piece: Piece) => [
  { from: piece.from, to: piece.from + 4, put },
  { from: piece.content, to: piece.end },
];

const png: Format = {
  magic: /^\x89PNG/,
  first: 8,
  head: (view) => ({ type: letters(view, 4), header: 8, length: view.getUint32(0), tail: 4 }),
  removed: [/^(eXIf|tEXt|iTXt|zTXt|tIME)$/],
  remove: ({ from, end }) => [{ from, to: end + 4, put: "" }],
};

const gif: Format = {
  magic: /^GIF8/,
  first: 0,
  async head(view, at, read) {
    const table = (flags: number) => (flags & 0x80 ? 6 << (flags & 7) : 0);
    const [first, label] = [view.getUint8(0), view.getUint8(1)];
    if (first === 0x47) return { type: "", header: 13 + table(view.getUint8(10)), length: 0 };
    const isFrame = first === 0x2c;
    if (!isFrame && first !== 0x21) return undefined;
    const header = isFrame ? 11 + table(view.getUint8(9)) : 2;
    // Blocks up to an empty one.
    let end = at + header;
    for (let size = -1; size !== 0; end += size + 1) size = (await read(end, 1)).getUint8(0);
    const type = label === 0xff ? letters(view, 3, 8) : isFrame ? "" : label.toString(16);
    return { type, header, length: end - at - header };
  },
  removed: [/^(XMP Data|fe)$/],
  remove: ({ from, end }) => [{ from, to: end, put: "" }],
};

/** WebP and WAV. (Not AVI: it keeps its films in `LIST` chunks, which in WAV say who recorded it.) */
const riff: Format = {
  magic: /^RIFF.{4}(WEBP|WAVE)/s,
  first: 12,
  head(view) {
    const length = view.getUint32(4, true);
    return { type: letters(view, 0), header: 8, length, tail: length % 2 };
  },
  removed: [/^(EXIF|XMP |_PMX|bext|iXML|LIST|id3 )$/],
  remove: renamed("JUNK"),
  async rest(pieces, read) {
    const at = pieces.find(({ path }) => path === "VP8X")?.content;
    if (at === undefined) return [];
    // Two of WebP's flags announce EXIF and XMP.
    const put = Uint8Array.of((await read(at, 1)).getUint8(0) & ~0x0c);
    return [{ from: at, to: at + 1, put }];
  },
};

/** Up to the first scan. */
const jpeg: Format = {
  magic: /^\xff\xd8\xff/,
  first: 2,
  head(view) {
    const marker = view.getUint16(0);
    // A fill byte.
    if (marker === 0xffff) return { type: "", header: 1, length: 0 };
    if (marker < 0xffc0 || marker === 0xffda) return undefined;
    return { type: marker.toString(16), header: 4, length: view.getUint16(2) - 2 };
  },
  // APP1 has EXIF and XMP, APP13 has IPTC; COM is a comment.
  removed: [/^ff(e[1d]|fe)$/],
  remove: ({ content, end }) => [{ from: content, to: end }],
};

/** The beginning of an element `Void` that gives its length in eight bytes. */
const VOID_BYTES = 9;

/** WebM and Matroska (RFC 9559). */
const webm: Format = {
  magic: /^.E\xdf\xa3/s,
  first: 0,
  head(view) {
    const id = vint(view, 0);
    if (id.bytes > 4) return undefined;
    const size = vint(view, id.bytes);
    if (size.bytes > 8) return undefined;
    const type = view.getUint32(0) >>> (8 * (4 - id.bytes));
    return { type: type.toString(16), header: id.bytes + size.bytes, length: size.value };
  },
  inside: (path) => (/^18538067(\/1549a966)?$/.test(path) ? 0 : undefined),
  // `Tags`, and `DateUTC` in `Info`.
  removed: [/^18538067\/(1254c367|1549a966\/4461)$/],
  remove({ from, end }) {
    const length = end - from - VOID_BYTES;
    if (length < 0) return [];
    const put = new DataView(new ArrayBuffer(VOID_BYTES));
    put.setBigUint64(1, (1n << 56n) | BigInt(length));
    put.setUint8(0, 0xec);
    return [
      { from, to: from + VOID_BYTES, put },
      { from: from + VOID_BYTES, to: end },
    ];
  },
};

/** A number whose leading zero bits tell how many bytes it has. */
function vint(view: DataView, at: number): { bytes: number; value: number } {
  const bytes = Math.clz32(view.getUint8(at)) - 23;
  let value = view.getUint8(at) & (0xff >> bytes);
  for (let n = 1; n < bytes && n < 8; n++) value = value * 256 + view.getUint8(at + n);
  // All ones: the length is unknown, and the element lasts until its parent ends.
  return { bytes, value: value < 2 ** (7 * bytes) - 1 ? value : Number.POSITIVE_INFINITY };
}

/** The tags before an MP3. */
function id3(version: string, sizeOf: (view: DataView) => number): Format {
  return {
    magic: new RegExp(`^ID3${version}`),
    first: 10,
    head(view) {
      const type = letters(view, 0);
      return /^[A-Z]{3}[A-Z\d]$/.test(type)
        ? { type, header: 10, length: sizeOf(view) }
        : undefined;
    },
    // What a song is called and who plays it stays; `TXXX` is whatever a program has to say, and the
    // others are times.
    removed: [/^(?!T(?!XXX|D|IME|YER|ORY|RDA)|APIC|USLT)/],
    remove: renamed("PRIV"),
  };
}

const FORMATS: readonly Format[] = [
  isoMedia,
  png,
  gif,
  riff,
  jpeg,
  webm,
  id3("\x03", (view) => view.getUint32(4)),
  id3("\x04", (view) => [4, 5, 6, 7].reduce((size, at) => size * 128 + view.getUint8(at), 0)),
];

/**
 * A file without what says where, when and with which device it was recorded. What stays is neither
 * encoded anew nor read. Files of other formats stay as they are, as do those that are broken.
 */
export async function clean(file: Blob): Promise<Blob> {
  const read = reader(file);
  const start = letters(await read(0, 12), 0, 12);
  const format = FORMATS.find(({ magic }) => magic.test(start));
  return format === undefined ? file : without(file, format, read);
}
