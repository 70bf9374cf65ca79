import type { ErrorCode } from "../protocol/errors.ts";
import { inLanguage } from "./language.ts";

/** Everything that the page says. A translation is another file like this one. */

export const language = "en";
const { counted, listed, dates } = inLanguage(language);

/** What the server's error codes mean. For a code that is missing here, the server's own message says more. */
const errors: Partial<Record<ErrorCode, string>> = {
  unauthorized: "You are signed out.",
  busy: "The room is busy. Try again in a moment.",
  stale: "This message is too old to send.",
  internal: "Something went wrong on the server.",
};

/** Several people, of whom the first few are named. */
function named(names: readonly string[], most: number): string {
  const rest = names.length - most;
  const others = counted(rest, { one: "# other", other: "# others" });
  return listed(rest > 1 ? [...names.slice(0, most), others] : names);
}

export const words = {
  page: {
    description: "Chat: type a name, press Enter and talk.",
    needsScript: "Natter needs JavaScript.",
    partMissing: "Part of the page did not load.",
    reload: "Reload",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    offline: "You are offline. Messages will be sent once you are back.",
    close: "Close",
    cancel: "Cancel",
    undo: "Undo",
    save: "Save",
    tryAgain: "Try again",
    showMore: "Show more",
    dialogMissing: "This did not load. Check your network and try again.",
  },

  errors,
  noAnswer: "The server did not answer.",

  join: {
    name: "Your name",
    key: "The key to this chat",
    start: "Start talking",
    joining: "Joining…",
    signIn: "Sign in",
    returnTo: (name: string) => `Return to ${name}`,
    unreachable: "The server cannot be reached. Trying again…",
    already: (name: string) =>
      `In this browser you are already ${name}. To be somebody else, use a private window.`,
    signedOut: "You are no longer signed in here. Choose a name to continue.",
  },

  arrival: {
    signingIn: "Signing in…",
    failed: "Signing in failed. Try again.",
    link: (name: string) => `This link comes from another device, where you are ${name}.`,
    account: "You have been here with this account before, as somebody else.",
    canReturn: (name: string) => `In this browser you are ${name}, and you can switch back.`,
    goOnAs: (name: string) => `Continue as ${name}`,
    goOn: "Continue with the account",
    stay: (name: string) => `Stay as ${name}`,
  },

  devices: {
    title: "Devices",
    means:
      "To use Natter on another device, make a code, and scan it there or open the link. It works once, within five minutes. Whoever opens it becomes you.",
    make: "Make a code",
    code: "A QR code with the link",
    link: "Or open this link",
    signedIn: "Where you are signed in",
    this: "this browser",
    seen: (at: number) => `last used on ${dates({ dateStyle: "medium" }).format(at)}`,
    /** Of a `User-Agent`: the browser and the system. */
    device(userAgent: string): string {
      const find = (names: readonly string[]) => names.find((name) => userAgent.includes(name));
      const browser = find(["Edg", "OPR", "Firefox", "Chrome", "Safari"]);
      const system = find(["iPhone", "iPad", "Android", "Windows", "Mac OS", "CrOS", "Linux"]);
      const own: Record<string, string> = { Edg: "Edge", OPR: "Opera", "Mac OS": "macOS" };
      const known = [browser, system].flatMap((name) => (name ? (own[name] ?? name) : []));
      return known.join(" on ") || userAgent || "Unknown device";
    },
  },

  invitation: {
    label: "Invitation",
    means: "Whoever has the link can join the room until you end the invitation.",
    make: "Make an invitation link",
    end: "End the invitation",
  },

  dates: {
    today: "Today",
    yesterday: "Yesterday",
    time: dates({ timeStyle: "short" }),
    timeOfDay: dates({ weekday: "short", hour: "numeric", minute: "numeric" }),
    moment: dates({ dateStyle: "full", timeStyle: "medium" }),
    shortDay: dates({ day: "numeric", month: "short" }),
    day: dates({ dateStyle: "medium" }),
    dayOfThisYear: dates({ weekday: "long", day: "numeric", month: "long" }),
    dayOfAnyYear: dates({ dateStyle: "full" }),
  },

  rooms: {
    title: "Rooms",
    direct: "Direct messages",
    more: "More rooms",
    notLoaded: "Rooms did not load. Try again",
    unread: (n: number, mentioned: boolean) =>
      `${n} unread${mentioned ? ", you are mentioned" : ""}`,
    newRoom: "New room",
    newDirect: "New direct message",
    create: "Create the room",
    name: "Name",
    topic: "Topic (optional)",
    taken: (name: string) => `There is a room called ${name} already.`,
    private: "Private",
    privateMeans:
      "Everyone can find and join a room, unless it is private: then a member invites them.",
    settings: "Room settings",
    added: (room: string) => `You are now in ${room}.`,
    lost: (room: string) => `You are no longer in ${room}.`,
    lostUnsent: "What you wrote last was not sent.",
  },

  room: {
    notFound: "Not found",
    none: "There is no such room here",
    noneOf: <T>(room: T) => ["There is no room called ", room],
    noneMeans: "The link may be mistyped or old, or the room is private.",
    canMake: "If the link is right, you can make the room, which everyone can then find and join.",
    make: "Make the room",
    toLobby: "Go to the lobby",
    noLobby: "Find a room, or make one",
    find: "Find a room",
    join: "Join the room",
    /** Those online in a room that one has not joined. */
    here(names: readonly string[], count: number): string {
      if (count === 0) return "Nobody is here at the moment.";
      const others = counted(count, { one: "# person", other: "# people" });
      const all = names.length < count ? others : named(names, 3);
      return `${all} ${count === 1 ? "is" : "are"} here.`;
    },
    joinMeans: "If you join, they see your name.",
    failed: "The room could not be opened",
    beginning: <T>(room: T, isDirect: boolean) => [
      `This is the beginning of ${isDirect ? "your conversation with " : ""}`,
      room,
    ],
    empty: "Nothing has been said here yet.",
    sayFirst: "Write the first message",
    loading: "Loading…",
    waiting: "Waiting for the connection…",
    slow: "This is taking longer than it should.",
  },

  people: {
    title: "People",
    online: (count?: number) => (count === undefined ? "Online" : `Online · ${count}`),
    onlineCount: (count: number) => `${count} online`,
    you: "(you)",
    members: "Members",
    membersAndInvitations: "Members and invitations",
    leave: (isDirect: boolean) => (isDirect ? "Leave the conversation" : "Leave the room"),
    inRoom: "People in this room",
    find: "Find somebody by name",
    findOrInvite: "Find somebody here, or invite them",
    owner: "owner",
    isOnline: "online",
    isOffline: "offline",
    remove: "Remove",
    removeFromRoom: "Remove from the room",
    removeAsks: (name: string) => `Remove ${name}?`,
    endInvitation: "End the invitation too",
    removeMeans: (name: string, room: string, isPublic: boolean, hasLink: boolean) =>
      `${name} will no longer see what is said in ${room}, and can come back ${
        isPublic
          ? "by joining it again"
          : hasLink
            ? "by the invitation link, until you end the invitation"
            : "only if somebody there invites them"
      }.`,
    invite: "invite",
    invited: "invited",
    write: "Send a direct message",
    mention: "Mention in the message",
    account: "Your name and notifications",
  },

  leaving: {
    leave: "Leave",
    asks: (room: string) => `Leave ${room}?`,
    means(isPublic: boolean, alone: boolean): string {
      if (isPublic) return "You can join the room again at any time.";
      if (alone) {
        return "Nobody else is in this room. Once you have left, nobody can read it again.";
      }
      return "You can come back only by an invitation link, or if somebody in the room invites you.";
    },
    heir: "Who will own the room?",
    heirMeans: "If you pick nobody, it passes to whoever has been in it longest.",
    passesTo: <T>(person: T) => ["The room passes to ", person, "."],
    change: "Change",
    left: (room: string) => `You have left ${room}.`,
    notLeft: (room: string, why: string) => `You have not left ${room}. ${why}`,
  },

  account: {
    title: "You",
    me: "You: ",
    saveName: "Save the name",
    notifications: "Notifications",
    notifying: {
      on: "You are notified of mentions and direct messages while this page is hidden.",
      off: "Get notified of mentions and direct messages while this page is hidden.",
      denied: "This browser blocks them. Its settings for this site can allow them.",
      unsupported: "This browser cannot show notifications here.",
    },
    signOut: "Sign out",
    signOutEverywhere: "Sign out in every browser",
    signOutAsks: "Sign out?",
    canComeBack: "You can come back by signing in again.",
    signOutMeans: (name: string) =>
      `You are a guest, so you cannot come back as ${name}: your rooms and your direct messages will be out of your reach for good.`,
  },

  search: {
    title: "Search",
    field: "Search rooms, people and messages",
    hint: "Find rooms, people and messages",
    results: "Results",
    searching: "Searching…",
    found: (n: number, more: boolean) =>
      (n === 0 ? "No messages found" : counted(n, { one: "# message", other: "# messages" })) +
      (more ? " so far." : "."),
    further: "Search older messages",
    /** What is typed before a room, a person or a day, followed by a colon. */
    operators: { in: "in", from: "from", before: "before" },
    none: {
      in: "None of your rooms has this name.",
      from: "Nobody has this name.",
      before: "Write a day as year-month-day.",
    },
    here: "Only in this room",
    needsWord: "Type a word to find it in messages.",
    remove: (filter: string) => `Remove ${filter}`,
    back: (query: string) => `Back to the results for “${query}”`,
    forget: "Dismiss the results",
  },

  timeline: {
    messages: "Messages",
    divider: "New",
    unread: "Unread messages",
    newSince: (count: number, since: string | undefined) =>
      `${counted(count, { other: "# new" })}${since === undefined ? "" : ` since ${since}`}`,
    markRead: "Mark as read",
    newMessages: (n: number) => counted(n, { other: "# new" }),
    latest: "Latest",
    loadingOlder: "Loading older messages…",
    olderFailed: "Older messages did not load.",
    newerFailed: "Newer messages did not load.",
    joined: (names: readonly string[]) => `${named(names, 3)} joined`,
    left: (names: readonly string[]) => `${named(names, 3)} left`,
    edited: "(edited)",
    deleted: "This message was deleted.",
    inReplyTo: "In reply to ",
    aMessage: "a message",
    /** A link to a room, or to a message in it, which may be known. */
    linkTo: (room: string, message: number | undefined, said: string | undefined) =>
      message === undefined ? room : `${room} › ${said ?? `message ${message}`}`,
    noSuchMessage: "There is no such message.",
    messageFailed: (why: string) => `The message did not load. ${why}`,
    notSent: "Not sent.",
    notSentYet: "Not sent yet.",
    retry: "Retry",
    delete: "Delete",
  },

  actions: {
    title: "Message actions",
    react: "React",
    reply: "Reply",
    edit: "Edit",
    copyLink: "Copy link",
    copyText: "Copy text",
    copied: "Copied",
    selectText: "Select text",
    more: "More actions",
    moreReactions: "More reactions",
    markUnread: "Mark as unread",
    cannotCopy: "This browser does not allow the page to copy.",
    reactions: "Reactions",
    addReaction: "Add a reaction",
    you: "You",
    /** Who reacted: some names are not known. */
    people(known: readonly string[], others: number): string {
      const more = counted(others, { one: "# other", other: "# others" });
      return listed(others === 0 ? known : [...known, more]);
    },
    failed: {
      edit: (why: string) => `The message was not changed. ${why}`,
      delete: (why: string) => `The message was not deleted. ${why}`,
      react: (why: string) => `The reaction was not changed. ${why}`,
    },
  },

  files: {
    attached: "Files to send",
    preparing: "Preparing the files…",
    enlarge: "Send the pictures in full size",
    behind: "Waiting for the files sent before it.",
    empty: (name: string) => `${name} is empty.`,
    overLimit: (name: string, mostMB: number) => `${name} is larger than ${mostMB} MB.`,
    tooMany: (most: number) => `A message has at most ${most} files.`,
    unreadable: "The files cannot be read.",
    tooLarge: "This picture is too large to show here. You can download it.",
    gone: "The file is no longer in this browser. Pick it again.",
    notTaken: "The file could not be uploaded.",
    open: (name: string) => `Open ${name}`,
    remove: (name: string) => `Remove ${name}`,
    cancel: (name: string) => `Cancel sending ${name}`,
    sending: (name: string) => `Sending ${name}`,
    download: (name: string) => `Download ${name}`,
    picture: (n: number, count: number) => (count > 1 ? `Picture ${n} of ${count}` : "Picture"),
    previous: "Previous picture",
    next: "Next picture",
    facts(bytes: number, type: string): string {
      const [size, unit] =
        bytes >= 1e6 ? [bytes / 1e6, "MB"] : bytes >= 1e3 ? [bytes / 1e3, "kB"] : [bytes, "B"];
      return `${size.toFixed(size < 10 && unit !== "B" ? 1 : 0)} ${unit} · ${type}`;
    },
    /** What stands for a message's text where there is none. */
    some: "📎",
    names: (names: readonly string[]) => `📎 ${listed(names)}`,
  },

  composer: {
    messageTo: (room: string) => (room === "" ? "Message" : `Message to ${room}`),
    emoji: "Emoji",
    attach: "Attach files",
    send: "Send",
    left: (n: number) => counted(n, { one: "# character left", other: "# characters left" }),
    tooLong: (n: number) =>
      counted(n, { one: "# character over the limit", other: "# characters over the limit" }),
    editing: "You are editing a message.",
    cancelEditing: "Cancel editing",
    replyTo: <T>(author: T) => ["Reply to ", author],
    cancelReply: "Cancel the reply",
    completions: "Completions",
    typing([first, second, ...more]: readonly string[]): string {
      if (first === undefined) return "";
      if (second === undefined) return `${first} is typing…`;
      if (more.length === 0) return `${first} and ${second} are typing…`;
      return counted(more.length + 2, { other: "# people are typing…" });
    },
  },

  emoji: {
    find: "Find an emoji",
    nothing: (name: string) => `No emoji found for “${name}”.`,
    /** What is used often, then Unicode's groups, of which one holds parts of emoji. */
    groups: [
      "Often used",
      "Smileys and emotion",
      "People and body",
      "",
      "Animals and nature",
      "Food and drink",
      "Travel and places",
      "Activities",
      "Objects",
      "Symbols",
      "Flags",
    ],
    skinTones: [
      "No skin tone",
      "Light skin tone",
      "Medium light skin tone",
      "Medium skin tone",
      "Medium dark skin tone",
      "Dark skin tone",
    ],
  },

  shortcuts: {
    title: "Keyboard shortcuts",
    /** Keys, and what they do. */
    all: (modifier: string): [keys: string[], does: string][] => [
      [["Enter"], "Send the message"],
      [["Shift", "Enter"], "Start a new line"],
      [["↑"], "Edit your last message, if the composer is empty"],
      [["@"], "Mention somebody"],
      [[":"], "Insert an emoji by name"],
      [["F6"], "Go to the messages, or back to the composer"],
      [["↑", "↓"], "In the messages, go to the one above or below"],
      [[modifier, "K"], "Search, or go to a room"],
      [["Alt", "↑"], "Go to the room above"],
      [["Alt", "↓"], "Go to the room below"],
      [["Alt", "Shift", "↓"], "Go to the next room with unread messages"],
      [["Esc"], "Mark as read and go to the latest message, or cancel"],
      [["?"], "Show this list"],
    ],
  },

  telling: {
    message: (author: string, text: string) => `${author}: ${text}`,
    messages: (n: number, authors: readonly string[]) =>
      `${counted(n, { other: "# new messages" })} from ${
        authors.length > 3 ? counted(authors.length, { other: "# people" }) : listed(authors)
      }`,
    inRoom: (author: string, room: string) => `${author} in ${room}`,
  },
};
