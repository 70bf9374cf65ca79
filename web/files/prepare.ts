import type { LocalFile } from "../chat/state.ts";
import { clean } from "./clean.ts";

/** The longest side in pixels of a picture that is not sent in full: a large screen's. */
const MAX_SIDE = 2048;
const QUALITY = 0.85;
const FULL_QUALITY = 0.95;

/** What is drawn anew where the browser can show it. Animations would stand still. */
const DRAWN = /^image\/(jpe?g|png|webp|avif|bmp|hei[cf])$/;

type Prepared = Omit<LocalFile, "key"> & { content: Blob };

/**
 * A file as it is sent: without the place and what else cameras write into it. Pictures are drawn anew,
 * and large ones scaled down unless `isFull`.
 */
export async function prepareFile(file: File, isFull: boolean): Promise<Prepared> {
  const type = /^[a-z0-9][\w!#$&^.+-]*\/[a-z0-9][\w!#$&^.+-]*$/.exec(file.type)?.[0];
  const name = file.name || "file";
  const picture = type?.startsWith("image/") ? await decode(file) : undefined;
  const preview = picture && previewOf(picture);
  if (picture === undefined || !DRAWN.test(file.type) || (await isAnimated(file))) {
    const content = await clean(file);
    const { width, height } = picture ?? {};
    picture?.close();
    const facts = { name, type: type ?? "application/octet-stream", size: content.size, content };
    return picture === undefined ? facts : { ...facts, width, height, preview };
  }
  const { width, height } = picture;
  const scale = isFull ? 1 : Math.min(1, MAX_SIDE / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  const size = { width: scaled(width), height: scaled(height) };
  const content = await draw(picture, size, file.type, isFull ? FULL_QUALITY : QUALITY);
  return {
    name: name.replace(/(\.\w+)?$/, (end) => extensionFor(content.type, end)),
    type: content.type,
    size: content.size,
    ...size,
    preview,
    ...(scale < 1 && { scaled: true }),
    content,
  };
}

/** The picture as a person sees it: turned as the camera was. */
async function decode(file: File): Promise<ImageBitmap | undefined> {
  try {
    return await createImageBitmap(file);
  } catch {
    return undefined;
  }
}

async function draw(
  picture: ImageBitmap,
  { width, height }: { width: number; height: number },
  type: string,
  quality: number,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const resized = await createImageBitmap(picture, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: "high",
  });
  picture.close();
  // (What `transferFromImageBitmap` puts there is not turned in Chromium.)
  canvas.getContext("2d")?.drawImage(resized, 0, 0);
  resized.close();
  // Transparency stays where it may be.
  return canvas.convertToBlob({
    type: /png|webp/.test(type) ? type : "image/jpeg",
    quality,
  });
}

/** A picture in 4 × 4 pixels, as base64; none of a transparent one, since a preview has no alpha. */
function previewOf(picture: ImageBitmap): string | undefined {
  const context = new OffscreenCanvas(4, 4).getContext("2d");
  if (context === null) return undefined;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, 4, 4);
  const { data } = context.getImageData(0, 0, 4, 4);
  if (data.some((value, index) => index % 4 === 3 && value < 255)) return undefined;
  const colours = data.filter((_, index) => index % 4 !== 3);
  return btoa(String.fromCharCode(...colours));
}

/** Of a file's head, in which an animation is announced. A colour profile can stand before that. */
const HEAD_BYTES = 64 * 1024;

/** WebP, PNG and AVIF can be animated. */
async function isAnimated(file: File): Promise<boolean> {
  const head = await file.slice(0, HEAD_BYTES).text();
  return /ANIM|acTL|ftypavis/.test(head);
}

function extensionFor(type: string, end: string): string {
  const right = type.replace("image/", ".").replace("jpeg", "jpg");
  const isRight = end.toLowerCase() === right || (right === ".jpg" && /^\.jpe?g$/i.test(end));
  return isRight ? end : right;
}
