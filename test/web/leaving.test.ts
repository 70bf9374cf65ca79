import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withMine } from "../../web/chat/rooms/known-rooms.ts";
import { createLeaving } from "../../web/chat/rooms/leaving.ts";
import { createRoomActions } from "../../web/chat/rooms/room-actions.ts";
import { NoAnswer } from "../../web/chat/wire/errors.ts";
import { clean } from "./axe.ts";
import { fakeWire, room, teaStore } from "./state.ts";
import { enterOther, named, pageTests, pickAction, roomLink, rows, say, until } from "./world.ts";

describe("leaving a room", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function setUp(fate?: Error) {
    const store = teaStore();
    store.setState(({ rooms }) => ({ rooms: { ...rooms, zoo: room("zoo") } }));
    store.setState((state) => withMine(state, "zoo"));
    const { wire, asked } = fakeWire(() => {
      if (fate) throw fate;
      return { room: room("tea") };
    });
    const open = (id: string) => store.setState({ open: id });
    const rooms = createRoomActions({ store, wire, open });
    const leaving = createLeaving({ store, wire, open, ended: rooms.left });
    return { store, asked, leaving, mine: () => [...store.getState().mine] };
  }

  test("is out of sight at once, and sent after five seconds", async () => {
    const { store, asked, leaving, mine } = setUp();
    leaving.leave("tea", "b2b2");
    expect(mine()).toEqual(["zoo"]);
    expect(store.getState().open).toBe("lobby");
    // A session or an event that names the room meanwhile does not bring it back.
    store.setState((state) => withMine(state, "tea"));
    await vi.advanceTimersByTimeAsync(4_999);
    expect([mine(), asked]).toEqual([["zoo"], []]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual([
      ["setRoom", { room: "tea", owner: "b2b2" }],
      ["leaveRoom", { room: "tea" }],
    ]);
    expect(store.getState()).toMatchObject({ leaving: undefined });
    expect(store.getState().views.tea).toBeUndefined();
  });

  test("can be undone until then, and the server hears of nothing", async () => {
    const { store, asked, leaving, mine } = setUp();
    leaving.leave("tea");
    leaving.undo("zoo");
    leaving.undo("tea");
    await vi.advanceTimersByTimeAsync(10_000);
    expect([mine().toSorted(), asked]).toEqual([["tea", "zoo"], []]);
    expect(store.getState().views.tea).toBeDefined();
  });

  test("is sent when another room is left, or the page is closed", async () => {
    const { asked, leaving } = setUp();
    leaving.leave("tea");
    leaving.leave("zoo");
    expect(asked).toEqual([["leaveRoom", { room: "tea" }]]);
    leaving.release();
    expect(asked[1]).toEqual(["leaveRoom", { room: "zoo" }]);
  });

  test("that fails says so, and the room is back", async () => {
    const { store, leaving, mine } = setUp(new NoAnswer(true));
    leaving.leave("tea");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(mine().toSorted()).toEqual(["tea", "zoo"]);
    expect(store.getState().problem).toBe("You have not left tea. The server did not answer.");
  });
});

pageTests("leaving", ({ join, friend, origin }) => {
  test("a room is left by one click if one can come back, with Undo for five seconds", async () => {
    const ada = await friend("Ada", "open-door");
    const bob = await join("Bob", "#open-door");
    await bob.clock.install();
    await bob.getByRole("button", { name: "Leave the room" }).click();
    await bob.getByText(`You have left ${named("open-door")}.`).waitFor();
    await bob.getByRole("heading", { name: "Lobby" }).waitFor();
    await bob.getByRole("button", { name: "Undo" }).click();
    await say(bob, "still here");
    await until(ada.heard).toEqual(["still here"]);
    // A deletion that could still be undone is not lost by that.
    await pickAction(bob, rows(bob).filter({ hasText: "still here" }), "Delete");
    await bob.getByText("This message was deleted.").waitFor();
    await bob.getByRole("button", { name: "Leave the room" }).click();
    await ada.client.heard.next("delete");
    await bob.getByText("You have left").waitFor();
    await clean(bob, "a room just left");
    await bob.clock.fastForward(5_000);
    await ada.client.heard.next("left");
    await until(() => bob.getByText("You have left").count()).toBe(0);
  });

  test("what could still be undone is done when one signs out", async () => {
    const bob = await friend("Bob", "last-words");
    await bob.client.emit("joinRoom", { room: named("left-last") });
    const ada = await join("Ada", "#last-words");
    await say(ada, "too much");
    await until(bob.heard).toEqual(["too much"]);
    await pickAction(ada, rows(ada).last(), "Delete");
    await ada.goto(`${origin}/#${named("left-last")}`);
    await enterOther(ada);
    await ada.getByRole("button", { name: "Leave the room" }).click();
    await ada.getByRole("button", { name: /^You: / }).click();
    await ada.getByRole("button", { name: "Sign out", exact: true }).click();
    const asked = ada.getByRole("dialog", { name: "Sign out?" });
    await asked.getByRole("button", { name: "Sign out", exact: true }).click();
    await ada.getByLabel("Your name").waitFor();
    await bob.client.heard.next("delete");
    await bob.client.heard.next("left");
  });

  test("whoever leaves a private room is told that they cannot simply come back", async () => {
    const ada = await join("Ada");
    await ada.getByRole("button", { name: "New room" }).click();
    await ada.getByLabel("Name", { exact: true }).fill("Den");
    await ada.getByLabel("Private").check();
    await ada.keyboard.press("Enter");
    await say(ada, "ours");
    await ada.getByRole("button", { name: "Leave the room" }).click();
    const asked = ada.getByRole("dialog", { name: "Leave Den?" });
    await asked.getByText("nobody can read it again").waitFor();
    await clean(ada, "the question before leaving");
    await asked.getByRole("button", { name: "Cancel" }).click();
    await asked.waitFor({ state: "detached" });
    await roomLink(ada, "Den").waitFor();
  });

  test("an owner who leaves hands the room over", async () => {
    const ada = await join("Ada");
    await ada.goto(`${origin}/#${named("handed")}`);
    await enterOther(ada);
    for (const name of ["Bert", "Berta"]) await friend(name, "handed");
    const berta = await join(named("Berenice"), "#handed");
    await say(ada, "yours now");
    await ada.getByRole("button", { name: "Leave the room" }).click();
    const asked = ada.getByRole("dialog", { name: `Leave ${named("handed")}?` });
    await asked.getByLabel(/^Who will own the room/).fill("beren");
    await asked.getByRole("option", { name: named("Berenice") }).click();
    await asked.getByText(`The room passes to ${named("Berenice")}.`).waitFor();
    await asked.getByRole("button", { name: "Leave" }).click();
    await berta.getByRole("button", { name: "Room settings" }).waitFor();
  });
});
