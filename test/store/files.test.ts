import { expect } from "vitest";
import type * as files from "../../functions/store/files.ts";
import { claimFile, getFile, putFile } from "../../functions/store/files.ts";
import { contract, newId } from "./contract.ts";

const announced = { to: "tea", name: "a.png", type: "image/png", size: 10, width: 1, height: 2 };

async function newFile() {
  const [user, id] = [newId(), newId()];
  await putFile(user, id, announced);
  return { user, id };
}

contract<typeof files>({
  putFile: {
    "keeps what a person has announced": async () => {
      const { user, id } = await newFile();
      expect(await getFile(user, id)).toEqual(announced);
    },
  },
  getFile: {
    "finds no file of somebody else": async () => {
      const { id } = await newFile();
      expect(await getFile(newId(), id)).toBeUndefined();
    },
  },
  claimFile: {
    "claims a file once, with the first version": async () => {
      const { user, id } = await newFile();
      const claimed = { ...announced, message: "m", version: "v" };
      expect(await claimFile(user, id, "m", "v")).toEqual(claimed);
      expect(await claimFile(user, id, "m", "later")).toEqual(claimed);
      expect(await claimFile(user, id, "other", "v")).toBeUndefined();
    },
    "claims nothing that was not announced": async () => {
      expect(await claimFile(newId(), newId(), "m", "v")).toBeUndefined();
    },
  },
});
