import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { composer, enterOther, named, pageTests, say } from "./world.ts";

// Its types name a default export, which Node gives the whole module for.
const { default: jsQR } = (await import("jsqr")).default as unknown as typeof import("jsqr");

/** What a code on the screen says, read as a camera would. */
async function scan(page: Page): Promise<string | undefined> {
  const picture = await page.getByRole("img", { name: /QR/ }).screenshot();
  const { data, width, height } = await page.evaluate(
    async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      canvas?.drawImage(bitmap, 0, 0);
      const { data = [] } = canvas?.getImageData(0, 0, bitmap.width, bitmap.height) ?? {};
      return { data: [...data], width: bitmap.width, height: bitmap.height };
    },
    [...picture],
  );
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

async function openDevices(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^You: / }).click();
  await page.getByRole("button", { name: "Devices" }).click();
}

pageTests("another device", ({ join, origin }) => {
  test("is shown no code that is too old", async () => {
    const page = await join(named("Ada"));
    await page.clock.install();
    await openDevices(page);
    await page.getByRole("button", { name: "Make a code" }).click();
    await page.getByRole("img", { name: /QR/ }).waitFor();
    await page.clock.fastForward("05:00");
    await page.getByRole("button", { name: "Make a code" }).waitFor();
  });

  test("becomes the same person by the code on the screen, asks before, and can return to the former one", async () => {
    const [ada, bob] = [named("Ada"), named("Bob")];
    const laptop = await join(ada);
    await openDevices(laptop);
    await laptop.getByRole("button", { name: "Make a code" }).click();
    const link = await scan(laptop);
    expect(link).toMatch(new RegExp(`^${origin}/#\\?link=[\\w.-]+&as=${ada}$`));

    const phone = await join(bob);
    await phone.goto(link ?? "");
    const goOn = phone.getByRole("button", { name: `Continue as ${ada}` });
    await goOn.waitFor();
    expect(phone.url()).toBe(`${origin}/`);
    await goOn.click();
    await phone.getByRole("button", { name: `You: ${ada}` }).waitFor();
    const text = named("from the phone");
    await say(phone, text);
    // The code is used up.
    await laptop.getByRole("button", { name: "Make a code" }).waitFor();
    await laptop.getByRole("listitem").getByText("last used on").waitFor();
    await laptop.reload();
    await laptop.getByText(text).first().waitFor();
    await openDevices(laptop);
    await laptop.getByRole("button", { name: "Sign out", exact: true }).click();
    await phone.getByText("You are no longer signed in here").waitFor();
    await phone.getByRole("button", { name: `Return to ${bob}` }).click();
    await phone.getByRole("button", { name: `You: ${bob}` }).waitFor();

    await phone.goto(link ?? "");
    await goOn.click();
    await phone.getByText("This link has been used already or has expired").waitFor();
    await phone.getByRole("button", { name: `You: ${bob}` }).waitFor();
  });
});

pageTests("an invitation", ({ join, visit }) => {
  test("shows a private room to whoever follows it, who joins, until its owner ends it", async () => {
    const ada = await join("Ada");
    const name = named("Tea");
    await ada.getByRole("button", { name: "New room" }).click();
    await ada.getByRole("textbox", { name: "Name", exact: true }).fill(name);
    await ada.getByLabel(/^Private/).check();
    await ada.getByRole("button", { name: "Create the room" }).click();
    await ada.getByRole("heading", { name }).waitFor();
    await ada.getByRole("button", { name: "Room settings" }).click();
    await ada.getByRole("button", { name: "Make an invitation link" }).click();
    const link = await ada.getByLabel("Invitation").inputValue();

    const bob = await join("Bob");
    await bob.goto(link);
    await bob.getByText(name).first().waitFor();
    await enterOther(bob);
    await say(bob, "thank you");

    await ada.getByRole("button", { name: "End the invitation" }).click();
    await ada.getByRole("button", { name: "Make an invitation link" }).waitFor();
    const cy = await visit();
    await cy.getByLabel("Your name").fill("Cy");
    await cy.keyboard.press("Enter");
    await composer(cy).waitFor();
    await cy.goto(link);
    await cy.getByText("There is no such room here").waitFor();
  });
});
