import type { Config } from "../join/config.ts";
import type { Attention, Visibility } from "./attention.ts";
import { createJump } from "./log/jump.ts";
import { createLogs } from "./log/logs.ts";
import { createRoomOpener } from "./log/open-room.ts";
import { createPresence } from "./people/presence.ts";
import { createTyping } from "./people/typing.ts";
import type { Arrival, Destination } from "./rooms/address.ts";
import { createLeaving } from "./rooms/leaving.ts";
import { createReadMarks } from "./rooms/read-marks.ts";
import { createRoomActions } from "./rooms/room-actions.ts";
import { createSession } from "./session.ts";
import type { IdentityStorage } from "./storage/identity-storage.ts";
import type { Unsent } from "./storage/unsent.ts";
import { createChatStore } from "./store.ts";
import { createAnnouncer } from "./telling/announcer.ts";
import { createNotifications, type Notifier } from "./telling/notifications.ts";
import { createWire } from "./wire/wire.ts";
import { createChanges } from "./writing/changes.ts";
import { createDrafts } from "./writing/drafts.ts";
import { createOutbox } from "./writing/outbox.ts";
import { createUploads } from "./writing/uploads.ts";

export interface ChatOptions {
  origin: string;
  /** Where the page's address leads. */
  first: Destination;
  /** Who comes from another device or from the provider. */
  arrival?: Arrival | undefined;
  identity: IdentityStorage;
  unsent: Unsent;
  /** What the page is told of this deployment. */
  config: () => Promise<Pick<Config, "maxFileMB">>;
  attention: Attention;
  visibility: Visibility;
  notifier: Notifier;
  /** How a text reads without its Markdown, which a part of the page knows that loads later. */
  excerpt: (text: string) => Promise<string>;
}

export type Parts = ReturnType<typeof createParts>;

/** The parts of the chat. Each is handed the parts above it that it uses. */
export function createParts(options: ChatOptions) {
  const { first, arrival, identity, unsent, config, visibility, notifier, excerpt } = options;
  const phaseHere = () => (identity.token() === undefined ? "joining" : "joined");
  const store = createChatStore({ phase: arrival ? "arriving" : phaseHere(), open: first.room });
  store.setState({ arrival });
  const wire = createWire(options);
  const session = createSession({ store, identity });
  const presence = createPresence({ store, wire });
  const typing = createTyping({ store, wire });
  const announcer = createAnnouncer({ store, excerpt });
  const readMarks = createReadMarks({ store, wire, visibility });
  visibility.changed(readMarks.visibilityChanged);
  const logs = createLogs({ store, wire });
  const jump = createJump({ store, wire });
  const uploads = createUploads({ store, wire, storage: unsent.files, config });
  const outbox = createOutbox({ store, wire, logs, readMarks, storage: unsent.outbox, uploads });
  const changes = createChanges({ store, wire, logs });
  const writing = { outbox, changes, uploads, typing };
  const drafts = createDrafts({ store, storage: unsent.drafts, ...writing });
  const opener = createRoomOpener({ store, wire, logs, presence, readMarks, jump, first });
  const rooms = createRoomActions({ store, wire, open });
  const leaving = createLeaving({ store, wire, open, ended: rooms.left });
  const notifications = createNotifications({ store, notifier, visibility, excerpt, open });

  /** Shows a room, or a message in it. */
  function open(room: string, seq?: number, invite?: string): void {
    leaving.undo(room);
    void opener.open({ room, seq, invite });
  }

  return {
    ...{ store, wire, session, presence, typing, announcer, readMarks, logs, jump },
    ...{ outbox, changes, drafts, opener, rooms, leaving, notifications, phaseHere, open },
  };
}
