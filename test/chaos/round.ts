import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Running, run } from "../../local/src/run.ts";
import type { Entry } from "../../protocol/model.ts";
import { Changer } from "./changer.ts";
import { Armed, type Kind } from "./faults.ts";
import { Ledger, original } from "./ledger.ts";
import { disorderIn, readLogs, writersDisorder } from "./logs.ts";
import { Person, shown, showsNewest, type Tab } from "./person.ts";
import { PEOPLE, ROOMS, type Step } from "./script.ts";

/** One round of chaos: people who play a script, and the comparison at the end. */

/** ms for everything to settle once the faults have ended, on a busy machine. */
const PATIENCE_MS = 240_000;

export interface Outcome {
  people: number;
  messages: number;
  restarts: number;
  faults: ReadonlyMap<Kind, number>;
  /** What is wrong, in sentences. */
  lost: string[];
  twice: string[];
  disorder: string[];
  /** Messages that differ from what their changes made of them, or that should be deleted. */
  unlike: string[];
}

/** Plays the steps against a new stack of the synthesised output in `cdkOut`. */
export async function playRound(cdkOut: string, script: readonly Step[]): Promise<Outcome> {
  const round = new Round(cdkOut, await mkdtemp(join(tmpdir(), "natter-chaos-")));
  try {
    await round.begin();
    for (const step of script) await round.play(step);
    await round.settle();
    return await round.judge();
  } finally {
    await round.end();
  }
}

class Round {
  readonly #cdkOut: string;
  readonly #data: string;
  readonly #armed = new Armed((connectionId) => this.#runtime?.cut(connectionId));
  /** The texts that were written, by room. */
  readonly #said = new Map<string, string[]>(ROOMS.map((room) => [room, []]));
  /** Texts that a tab showed as failed, with Retry: later messages overtook them. */
  readonly #late = new Set<string>();
  readonly #people = Array.from(
    { length: PEOPLE },
    (_, n) => new Person(`person ${n + 1}`, (text) => this.#late.add(text)),
  );
  readonly #ledger = new Ledger();
  readonly #changers = this.#people.map(
    (person) =>
      new Changer(
        () => this.#origin,
        () => person.token(),
      ),
  );
  #runtime: Running | undefined;
  #origin = "";
  #restarts = 0;

  constructor(cdkOut: string, data: string) {
    this.#cdkOut = cdkOut;
    this.#data = data;
  }

  async begin(): Promise<void> {
    await this.#start(0);
    for (const person of this.#people) {
      for (const room of ROOMS) {
        const { store, joinRoom } = person.openTab(this.#origin, room).chat;
        // The second tab is the same person's, once the first has joined.
        await until(() => person.hasIdentity());
        // Opening a room does not join it.
        await until(() => store.getState().connection === "up");
        joinRoom(room);
        await until(() => store.getState().mine.has(room));
      }
    }
  }

  async play(step: Step): Promise<void> {
    switch (step.do) {
      case "send": {
        const { tab, room } = this.#tab(step);
        const said = this.#said.get(room) ?? [];
        for (let n = 0; n < step.burst; n++) {
          const text = `${step.person}.${step.tab} ${said.length}`;
          said.push(text);
          tab.chat.setDraft(room, text);
          tab.chat.submit(room);
        }
        return;
      }
      case "edit":
      case "delete":
      case "react":
        return this.#change(step);
      case "fault":
        return this.#armed.arm(step.kind);
      case "wait":
        await sleep(step.ms);
        return;
      case "look":
        return this.#tab(step).tab.look();
      case "reload": {
        const { person, tab, room } = this.#tab(step);
        person.closeTab(tab);
        person.openTab(this.#origin, room);
        return;
      }
      case "restart":
        this.#restarts++;
        await this.#runtime?.stop();
        await this.#start(Number(new URL(this.#origin).port));
    }
  }

  /** Ends the faults; then everyone's page becomes visible and retries what had failed. */
  async settle(): Promise<void> {
    this.#armed.disarm();
    const deadline = Date.now() + PATIENCE_MS;
    const logs = await readLogs(this.#origin);
    while (Date.now() < deadline && !(await this.#isAtRest(logs))) {
      for (const { tab } of this.#tabs()) {
        for (const { id, state } of tab.chat.store.getState().outgoing) {
          if (state === "failed") tab.chat.retry(id);
        }
        tab.look();
      }
      await sleep(500);
      for (const [room, log] of await readLogs(this.#origin)) logs.set(room, log);
    }
  }

  async judge(): Promise<Outcome> {
    const outcome = {
      people: PEOPLE,
      messages: [...this.#said.values()].flat().length,
      restarts: this.#restarts,
      faults: this.#armed.happened,
      lost: [] as string[],
      twice: [] as string[],
      disorder: [] as string[],
      unlike: [] as string[],
    };
    const logs = await readLogs(this.#origin);
    for (const [room, said] of this.#said) {
      const log = logs.get(room) ?? [];
      const texts = log.flatMap((entry) =>
        entry.kind === "message" && entry.deletedAt === undefined ? original(entry.text) : [],
      );
      outcome.unlike.push(...this.#ledger.wrongIn(log));
      for (const text of said) {
        const count = texts.filter((one) => one === text).length;
        if (count === 0 && !this.#ledger.isDeleted(text))
          outcome.lost.push(`"${text}" is not in the log of ${room}`);
        if (count > 1) outcome.twice.push(`"${text}" is ${count} times in the log of ${room}`);
      }
      outcome.disorder.push(
        ...disorderIn(room, log),
        ...writersDisorder(
          room,
          texts.filter((text) => !this.#late.has(text)),
        ),
      );
    }
    for (const { name, room, tab } of this.#tabs()) {
      const log = logs.get(room) ?? [];
      if (!showsNewest(tab, room, log)) {
        const view = shown(tab, room);
        outcome.lost.push(
          `${name} shows ${view.map(({ seq }) => seq).join(" ")} of the ${log.length} in ${room}`,
        );
      }
    }
    for (const { pending } of this.#changers) {
      if (pending > 0) outcome.lost.push(`${pending} changes of a person are not settled`);
    }
    for (const person of this.#people) {
      if (person.pending() > 0) {
        outcome.lost.push(`${person.name} still has ${person.pending()} messages to send`);
      }
    }
    return outcome;
  }

  async end(): Promise<void> {
    for (const person of this.#people) for (const tab of [...person.tabs]) person.closeTab(tab);
    await Promise.all(this.#changers.map((changer) => changer.close()));
    await this.#runtime?.stop();
    await rm(this.#data, { recursive: true, force: true });
  }

  /** Changes a message that the tab shows; except for a reaction, one of the person's own. */
  #change(step: Step & { do: "edit" | "delete" | "react" }): void {
    const { person, tab, room } = this.#tab(step);
    const changer = this.#changers[step.person];
    const messages = shown(tab, room).filter(
      (entry) =>
        entry.kind === "message" &&
        entry.deletedAt === undefined &&
        (step.do === "react" || entry.author.name === person.name),
    );
    const message = messages[step.which % messages.length];
    if (message?.kind !== "message") return;
    const { seq, text } = message;
    if (step.do === "edit") {
      const edited = this.#ledger.newText(text);
      changer?.change("edit", { room, seq, text: edited }, (changed) => {
        if (changed) this.#ledger.edited(edited);
      });
    } else if (step.do === "delete") {
      changer?.change("delete", { room, seq }, () => this.#ledger.deleted(text));
    } else {
      const { emoji, on } = step;
      changer?.change("react", { room, seq, emoji, on }, (changed) => {
        if (changed) this.#ledger.reacted(text, emoji, person.id(), on);
      });
    }
  }

  async #isAtRest(logs: ReadonlyMap<string, readonly Entry[]>): Promise<boolean> {
    if (this.#people.some((person) => person.pending() > 0)) return false;
    if (this.#changers.some(({ pending }) => pending > 0)) return false;
    return this.#tabs().every(({ tab, room }) => {
      const { connection, outgoing } = tab.chat.store.getState();
      const quiet = connection === "up" && outgoing.length === 0;
      return quiet && showsNewest(tab, room, logs.get(room) ?? []);
    });
  }

  #tab({ person: index, tab: at }: { person: number; tab: number }) {
    const person = this.#people[index];
    const room = ROOMS[at];
    const tab = person?.tabs.find((one) => one.room === room);
    if (!person || !room || !tab) throw new Error(`There is no tab ${at} of person ${index}`);
    return { person, tab, room };
  }

  #tabs(): { name: string; room: string; tab: Tab }[] {
    return this.#people.flatMap(({ name, tabs }) =>
      tabs.map((tab) => ({ name, room: tab.room, tab })),
    );
  }

  async #start(port: number): Promise<void> {
    this.#runtime = await run({
      port,
      data: this.#data,
      assembly: this.#cdkOut,
      faults: this.#armed.faults,
    });
    this.#origin = this.#runtime.url;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}
