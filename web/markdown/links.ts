const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** The address that a link leads to, if it is one that a message may lead to. */
export function safeLink(href: string): string | undefined {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  return url && PROTOCOLS.has(url.protocol) ? url.href : undefined;
}
