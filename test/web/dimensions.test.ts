import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pixelsOf } from "../../web/files/dimensions.ts";

const recorded = (name: string) => readFileSync(new URL(`recorded/${name}`, import.meta.url));
const pixels = (bytes: Buffer) => pixelsOf(new DataView(new Uint8Array(bytes).buffer));

test.each([
  ["sea.png", 32 * 32],
  ["sea.gif", 32 * 32],
  ["sea.webp", 32 * 32],
  ["sea.jpg", 64 * 64],
])("the pixels of %s are %i", (name, expected) => {
  expect(pixels(recorded(name))).toBe(expected);
});

test.each([
  ["lossy", "56503820 00000000 300100 9d012a 40014000", 320 * 64],
  ["lossless", "5650384c 00000000 2f 3f010f00 00000000", 320 * 61],
  ["extended", "56503858 0a000000 10000000 3f0100 ffff00", 320 * 65_536],
])("a WebP in its %s form says its size", (_, hex, expected) => {
  const chunk = Buffer.from(hex.replaceAll(" ", ""), "hex");
  expect(pixels(Buffer.concat([Buffer.from("RIFF____WEBP"), chunk]))).toBe(expected);
});

test.each(["sea.avif", "sea.heic", "phone.mp4", "song3.mp3"])("%s is no picture here", (name) => {
  expect(() => pixels(recorded(name))).toThrow(RangeError);
});

test("a JPEG is read as browsers read it: what some skip between its segments is refused", () => {
  const [start, rest] = [recorded("sea.jpg").subarray(0, 2), recorded("sea.jpg").subarray(2)];
  // A frame of a pixel, in what a segment holds.
  const frame = Buffer.from("ffc0000b080001000101011100", "hex");
  const inside = Buffer.alloc(65_513);
  frame.copy(inside, inside.length - frame.length);
  const segment = Buffer.concat([Buffer.from("ffe0fff0", "hex"), inside, Buffer.alloc(5)]);
  expect(pixels(Buffer.concat([start, segment, rest]))).toBe(64 * 64);
  // Browsers skip these. A reader that takes `ffd0` for a segment would come to the wrong frame.
  for (const between of ["00", "ff", "ffd0", "ffd9", "0000"]) {
    const bytes = Buffer.concat([start, Buffer.from(between, "hex"), segment, rest]);
    expect(() => pixels(bytes)).toThrow(RangeError);
  }
});
