import { letters } from "./pieces.ts";

/** The first bytes of a file that are read, and what is read where a JPEG has its size behind them. */
const READ_BYTES = [64 * 1024, 1024 * 1024];

/** The pixels of a picture at an address; more than any limit if it is none, or does not tell. */
export async function pixelsAt(url: string): Promise<number> {
  for (const length of READ_BYTES) {
    const headers = { range: `bytes=0-${length - 1}` };
    const answer = await fetch(url, { headers, cache: "no-store" });
    if (!answer.ok) throw new Error(`The storage answered ${answer.status}`);
    const view = new DataView(await answer.arrayBuffer());
    try {
      return pixelsOf(view);
    } catch {
      if (view.byteLength < length || view.getUint16(0) !== 0xffd8) break;
    }
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * The pixels that a browser makes of a picture, read from its first bytes as browsers read them: the
 * message only has its author's claim. AVIF is left out: browsers do not go by the size in its header.
 * @throws {RangeError} unless it is a picture, and the bytes tell
 */
export function pixelsOf(view: DataView): number {
  const start = letters(view, 0, 16);
  if (start === "\x89PNG\r\n\x1a\n\0\0\0\rIHDR") return view.getUint32(16) * view.getUint32(20);
  if (/^GIF8[79]a/.test(start)) return pixelsOfGif(view);
  if (/^RIFF....WEBPVP8[ LX]/s.test(start)) return pixelsOfWebp(view);
  if (view.getUint16(0) === 0xffd8) return pixelsOfJpeg(view);
  throw new RangeError("This is no picture");
}

/** The size is in the header of the first frame. */
function pixelsOfJpeg(view: DataView): number {
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    const hasLength = marker >= 0xffc0 && (marker < 0xffd0 || marker > 0xffda);
    if (!hasLength) throw new RangeError("This is no segment");
    const isFrame = marker < 0xffd0 && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7);
  }
}

function pixelsOfWebp(view: DataView): number {
  const number = (at: number) => view.getUint16(at, true);
  const long = (at: number) => number(at) + (view.getUint8(at + 2) << 16) + 1;
  switch (view.getUint8(15)) {
    case 0x58: // VP8X
      return long(24) * long(27);
    case 0x4c: // VP8L
      return ((number(21) & 0x3fff) + 1) * (((view.getUint32(21, true) >> 14) & 0x3fff) + 1);
    default:
      return (number(26) & 0x3fff) * (number(28) & 0x3fff);
  }
}

/**
 * Browsers enlarge a GIF to its first frame.
 * @throws {RangeError} unless the first frame begins in these bytes
 */
function pixelsOfGif(view: DataView): number {
  const number = (from: number) => view.getUint16(from, true);
  const colours = view.getUint8(10);
  let at = 13 + (colours & 0x80 ? 3 << ((colours & 7) + 1) : 0);
  // Extensions come first, each of them blocks up to an empty one.
  while (view.getUint8(at) === 0x21) {
    at += 2;
    while (view.getUint8(at) > 0) at += view.getUint8(at) + 1;
    at += 1;
  }
  if (view.getUint8(at) !== 0x2c) throw new RangeError("This is no frame");
  const width = Math.max(number(6), number(at + 1) + number(at + 5));
  return width * Math.max(number(8), number(at + 3) + number(at + 7));
}
