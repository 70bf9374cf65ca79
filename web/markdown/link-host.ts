import { readsAsLatin } from "../chat/people/look-alikes.ts";

/** What makes an address of a word: a scheme, words or numbers that dots join, or this machine. */
const SIGNS = [
  /:\/\//,
  /[\p{L}\p{N}_-]\p{M}*[.\u2024\u3002\uFF0E\uFF61]\p{L}\p{M}*\p{L}/u,
  /\d(?:\.\d+){3}/,
  /\blocalhost\b/i,
];

/** What is not seen, and spaces that are hardly seen. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2000-\u200A\u202F\u205F]/gu;

/** Slashes, and what looks like one: there people stop to read a host. */
const SLASHES = /[/\\?#\u2044\u2215\u27CB\u29F8\u2571\u3033\uFF0F]/u;

/**
 * Where a link leads, if its label reads as if that were elsewhere: a host, or a mail's address. A
 * label that is no address does not say where the link leads.
 * @param label as it is shown
 */
export function hostToShow(label: string, href: string): string | undefined {
  const { protocol, host, pathname } = new URL(href);
  const isMail = protocol === "mailto:";
  const isShown = (read: string) =>
    isMail ? read.toLowerCase() === pathname.toLowerCase() : isSame(read, host);
  const words = label.replace(UNSEEN, "").split(/\s+/u);
  const hosts = words.filter((word) => SIGNS.some((sign) => sign.test(word))).map(hostIn);
  const isHonest = !/\p{Bidi_Control}/u.test(label) && hosts.every(isShown);
  if (isHonest) return undefined;
  return isMail ? pathname : host;
}

/** The host that people read in an address. */
function hostIn(address: string): string {
  const [host = ""] = address.replace(/^.*?:\/\//u, "").split(SLASHES);
  const [name = ""] = /[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su.exec(host) ?? [];
  return name;
}

/** Whether what reads as a host is that host, and no letters of other scripts pretend it. */
function isSame(read: string, host: string): boolean {
  const url = `http://${read}`;
  if (read.includes("@") || !URL.canParse(url)) return false;
  const bare = (name: string) => name.replace(/^www\./, "");
  return bare(new URL(url).host) === bare(host) && !read.split(/[.-]/).some(readsAsLatin);
}
