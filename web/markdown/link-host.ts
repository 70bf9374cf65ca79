import { readsAsLatin } from "../chat/people/look-alikes.ts";

/** What reads as an address: a scheme, or words that dots join, with all that stands around them. */
const ADDRESS = /\S*(?::\/\/|[\p{L}\p{N}][.\u2024\u3002\uFF0E\uFF61]\p{L}{2})\S*/gu;

/** Slashes, and what looks like one: there people stop to read a host. */
const SLASHES = /[/\\?#\u2044\u2215\u27CB\u29F8\u2571\u3033\uFF0F]/u;

/**
 * Where a link leads, if its label reads as if that were elsewhere: a host, or a mail's address. A
 * label that is no address does not say where the link leads.
 */
export function hostToShow(label: string, href: string): string | undefined {
  const { protocol, host, pathname } = new URL(href);
  const isMail = protocol === "mailto:";
  const isShown = (read: string) =>
    isMail ? read.toLowerCase() === pathname.toLowerCase() : isSame(read, host);
  const visible = label.replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  const hosts = (visible.match(ADDRESS) ?? []).map(hostIn);
  const isHonest = !/\p{Bidi_Control}/u.test(label) && hosts.every(isShown);
  if (isHonest) return undefined;
  return isMail ? pathname : host;
}

/** The host that people read in an address. */
function hostIn(address: string): string {
  const [host = ""] = address.replace(/^.*?:\/\//u, "").split(SLASHES);
  return host.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
}

/** Whether what reads as a host is that host, and no letters of other scripts pretend it. */
function isSame(read: string, host: string): boolean {
  const url = `http://${read}`;
  if (read.includes("@") || !URL.canParse(url)) return false;
  const bare = (name: string) => name.replace(/^www\./, "");
  return bare(new URL(url).host) === bare(host) && !read.split(/[.-]/).some(readsAsLatin);
}
