import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { newMessage, ok } from "../support/acks.ts";
import { upload } from "../support/uploads.ts";
import { switchable } from "./network.ts";
import { composer, named, pageTests, pickAction, rows, say, until } from "./world.ts";

/**
 * A PNG of one colour, with a text in it as cameras and programs write them.
 * @param rows how many rows it really has
 */
function png(width: number, height: number, colour: [number, number, number], rows = height) {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), ...Array(width).fill(Buffer.from(colour))]);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("tEXt", Buffer.from("GPS\0secret place")),
    chunk("IDAT", deflateSync(Buffer.concat(Array(rows).fill(row)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A GIF of a pixel with an extension and one frame, of which more than a pixel is missing. */
function gif(side: number) {
  const frame = Buffer.from("2c000000000000000000", "hex");
  frame.writeUInt16LE(side, 5);
  frame.writeUInt16LE(side, 7);
  const head = Buffer.from("47494638396101000100800000ff0000000000", "hex");
  const extension = Buffer.from("21f9040000000000", "hex");
  return Buffer.concat([head, extension, frame, Buffer.from("02024401003b", "hex")]);
}

function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** A file that a device has made. */
function recorded(name: string): Buffer<ArrayBuffer> {
  return Buffer.from(readFileSync(new URL(`recorded/${name}`, import.meta.url)));
}

interface Dropped {
  name: string;
  type: string;
  content: Buffer | string;
}

/** Pastes files into the text, or drags them over the room, or drops them there. */
async function give(
  page: Page,
  how: "paste" | "dragover" | "drop",
  files: readonly Dropped[],
): Promise<void> {
  const given = files.map(({ content, ...file }) => ({
    ...file,
    base64: Buffer.from(content).toString("base64"),
  }));
  const target = how === "paste" ? composer(page) : page.locator("main");
  await target.evaluate(
    async (element, { how, given }) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      const event =
        how === "paste"
          ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent(how, { dataTransfer: data, bubbles: true, cancelable: true });
      element.dispatchEvent(event);
    },
    { how, given },
  );
}

const tray = (page: Page) => page.getByRole("list", { name: "Files to send" });
const ready = (page: Page, name: string) => tray(page).getByText(name).waitFor();
const picture = (page: Page, name: string) => page.getByRole("button", { name: `Open ${name}` });
const loaded = (page: Page, name: string) =>
  until(() =>
    picture(page, name)
      .locator("img")
      .evaluateAll((all) => all.some((one) => (one as HTMLImageElement).naturalWidth > 0)),
  ).toBe(true);

pageTests("files", ({ join, blank, friend, origin }) => {
  test("a pasted picture is seen by the others, opened, downloaded without its metadata, and deleted", async () => {
    const [ada, bob] = await Promise.all([join("Ada", "#pictures"), join("Bob", "#pictures")]);
    const content = png(3_000, 1_500, [200, 30, 60]);
    await give(ada, "paste", [{ name: "sea.png", type: "image/png", content }]);
    await ready(ada, "sea.png");
    await say(ada, "look");
    await loaded(bob, "sea.png");
    await loaded(ada, "sea.png");
    await bob.reload();
    await loaded(bob, "sea.png");
    // Nothing stays behind a picture, which may be transparent.
    await until(() => picture(bob, "sea.png").locator("canvas").count()).toBe(0);

    await picture(bob, "sea.png").click();
    const viewer = bob.getByRole("dialog", { name: "Picture" });
    const image = viewer.getByRole("img", { name: "sea.png" });
    // It was scaled down to what a large screen shows.
    await until(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(2_048);
    const coming = bob.waitForEvent("download");
    await viewer.getByRole("button", { name: "Download sea.png" }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe("sea.png");
    const saved = await buffer(await download.createReadStream());
    expect(saved.subarray(1, 4).toString()).toBe("PNG");
    expect(saved.includes("secret place")).toBe(false);
    await bob.keyboard.press("Escape");
    await viewer.waitFor({ state: "detached" });

    await pickAction(ada, rows(ada).last(), "Delete");
    await picture(bob, "sea.png").waitFor({ state: "detached" });
    await bob.getByText("This message was deleted.").waitFor();
  });

  test("a photo is seen as the camera was held", async () => {
    const [ada, bob] = await Promise.all([join("Ada", "#turned"), join("Bob", "#turned")]);
    const content = recorded("turned.jpg");
    await give(ada, "paste", [{ name: "tower.jpg", type: "image/jpeg", content }]);
    await ready(ada, "tower.jpg");
    await composer(ada).press("Enter");
    await loaded(bob, "tower.jpg");
    const image = picture(bob, "tower.jpg").locator("img");
    const sides = (one: Element) => {
      const { naturalWidth, naturalHeight } = one as HTMLImageElement;
      return [naturalWidth, naturalHeight];
    };
    expect(await image.evaluate(sides)).toEqual([32, 64]);
  });

  test("the arrow keys lead from picture to picture, wherever the focus is", async () => {
    const [ada, bob] = await Promise.all([join("Ada", "#arrows"), join("Bob", "#arrows")]);
    const content = png(40, 20, [10, 120, 200]);
    const files = ["one.png", "two.png"].map((name) => ({ name, type: "image/png", content }));
    await give(ada, "drop", files);
    await ready(ada, "two.png");
    await composer(ada).press("Enter");
    await picture(bob, "one.png").click();
    const shown = (name: string) => bob.getByRole("dialog").getByRole("img", { name }).waitFor();
    await shown("one.png");
    await bob.keyboard.press("ArrowRight");
    await shown("two.png");
    await bob.keyboard.press("ArrowLeft");
    await shown("one.png");
  });

  test("a picture with too many pixels is offered for download, whatever its message says of it", async () => {
    const bob = await join("Bob", "#large");
    const { client } = await friend("Ada", "large");
    const room = named("large");
    const size = { width: 640, height: 480 };
    const send = async (name: string, content: Buffer<ArrayBuffer>) => {
      const file = await upload(client, room, content, "image/png", { name, ...size });
      ok(await client.emit("message", { ...newMessage(room, name), files: [file] }));
    };
    await send("bomb.png", png(16_000, 16_000, [1, 2, 3], 1));
    await send("bomb.gif", gif(12_000));
    // The frame of an AVIF may be of any size, whatever its boxes say.
    await send("small.avif", recorded("sea.avif"));
    await send("small.png", png(64, 48, [1, 2, 3]));
    await send("small.gif", gif(1));
    // Cameras write much before the size.
    const [start, rest] = [recorded("sea.jpg").subarray(0, 2), recorded("sea.jpg").subarray(2)];
    const segment = Buffer.concat([Buffer.from("ffebea60", "hex"), Buffer.alloc(0xea60 - 2)]);
    await send("camera.jpg", Buffer.concat([start, segment, segment, rest]));
    for (const name of ["small.png", "small.gif", "camera.jpg"]) await loaded(bob, name);
    for (const name of ["bomb.png", "bomb.gif", "small.avif"]) {
      await bob.getByRole("button", { name: `Download ${name}` }).waitFor();
      expect(await picture(bob, name).count()).toBe(0);
    }
  });

  test("what is too much beside nine other pictures is shown once it is opened", async () => {
    const bob = await join("Bob", "#many");
    const { client } = await friend("Ada", "many");
    const room = named("many");
    const files: string[] = [];
    for (let n = 0; n < 10; n++) {
      const side = n === 0 ? 2_500 : 10;
      const size = { width: side, height: side };
      const content = png(side, side, [1, 2, 3]);
      files.push(await upload(client, room, content, "image/png", { name: `${n}.png`, ...size }));
    }
    ok(await client.emit("message", { ...newMessage(room, "ten"), files }));
    await loaded(bob, "9.png");
    expect(await picture(bob, "0.png").locator("img").count()).toBe(0);
    await picture(bob, "0.png").click();
    const image = bob.getByRole("dialog").getByRole("img", { name: "0.png" });
    await until(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(2_500);
  });

  test("films are sent without the place where they were made, and play", async () => {
    const [ada, bob] = await Promise.all([join("Ada", "#film"), join("Bob", "#film")]);
    const film = recorded("clip.webm");
    expect(film.includes("48.8577")).toBe(true);
    await give(ada, "paste", [{ name: "clip.webm", type: "video/webm", content: film }]);
    await ready(ada, "clip.webm");
    await composer(ada).press("Enter");
    const video = rows(bob).last().locator("video");
    await until(() =>
      video.evaluate((one) => (one as HTMLVideoElement).readyState),
    ).toBeGreaterThan(0);
    await video.evaluate((one) => (one as HTMLVideoElement).play());
    const coming = bob.waitForEvent("download");
    await bob.getByRole("button", { name: "Download clip.webm" }).click();
    const saved = await buffer(await (await coming).createReadStream());
    expect(saved.length).toBe(film.length);
    expect(saved.includes("48.8577")).toBe(false);
  });

  test("of three files that are dropped one can be taken back while it is sent", async () => {
    const [ada, bob] = await Promise.all([join("Ada", "#three"), join("Bob", "#three")]);
    const file = (name: string) => ({ name, type: "text/plain", content: `in ${name}` });
    // The second one hangs in the middle.
    let asked = 0;
    await ada.route(
      (url) => url.origin !== origin,
      async (route) => {
        if (route.request().method() !== "POST" || ++asked !== 2) await route.continue();
      },
    );
    const files = [file("one.txt"), file("two.txt"), file("three.txt")];
    const marked = () => ada.locator("[data-over=true]").count();
    await give(ada, "dragover", files);
    await until(marked).toBe(1);
    await give(ada, "drop", files);
    await until(marked).toBe(0);
    await ready(ada, "three.txt");
    await composer(ada).press("Enter");
    await until(() => asked).toBe(2);
    await composer(ada).fill("and this");
    await composer(ada).press("Enter");
    await ada.getByText("Waiting for the files sent before it.").waitFor();
    await ada.getByRole("button", { name: "Cancel sending two.txt" }).click();
    await rows(bob).filter({ hasText: "and this" }).waitFor();
    await bob.getByRole("button", { name: "Download three.txt" }).waitFor();
    expect(await bob.getByRole("button", { name: /^Download/ }).count()).toBe(2);
    await bob.getByRole("button", { name: "Download one.txt" }).waitFor();
  });

  test("a picture that is one pixel high is sent", async () => {
    const ada = await join("Ada", "#narrow");
    const content = png(8_000, 1, [1, 2, 3]);
    await give(ada, "drop", [{ name: "line.png", type: "image/png", content }]);
    await ready(ada, "line.png");
    await composer(ada).press("Enter");
    await loaded(ada, "line.png");
  });

  test("an empty file is refused when it is picked", async () => {
    const ada = await join("Ada", "#empty");
    await give(ada, "drop", [{ name: "empty.txt", type: "text/plain", content: "" }]);
    await ada.getByText("empty.txt is empty.").waitFor();
    expect(await ada.getByRole("list", { name: "Files to send" }).count()).toBe(0);
  });

  test("what the network cuts off is sent once, later and in order, with its caption (promise 3)", async () => {
    const bob = await join("Bob", "#cut");
    const ada = await blank();
    const network = await switchable(ada);
    await join("Ada", "#cut", ada);
    const content = png(40, 20, [10, 120, 200]);
    let cut: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => {
      cut = resolve;
    });
    await ada.route(
      (url) => url.origin !== origin,
      async (route) => {
        if (route.request().method() !== "POST" || cut === undefined) return route.continue();
        cut();
        cut = undefined;
        await network.cut();
        await route.abort();
      },
    );
    await give(ada, "paste", [{ name: "lake.png", type: "image/png", content }]);
    await ready(ada, "lake.png");
    await say(ada, "a caption");
    await say(ada, "and after it");
    await reached;
    await ada.reload();
    await until(() => ada.locator("[data-state=pending]").count()).toBe(2);
    network.mend();
    await loaded(bob, "lake.png");
    await until(() =>
      rows(bob)
        .allInnerTexts()
        .then((texts) => texts.join()),
    ).toMatch(/a caption[\s\S]*and after it/);
    expect(await picture(bob, "lake.png").count()).toBe(1);
    expect(await ada.evaluate(() => location.hash)).toBe(`#${named("cut")}`);
  });
});
