import { Fragment, type ReactNode } from "react";
import type { Part } from "../../markdown/parse.ts";
import { PersonButton } from "../../people/PersonButton.tsx";
import { InnerLink, innerHash } from "./InnerLink.tsx";

interface Props {
  parts: readonly Part[];
  room: string;
}

/** The parts of a text, which have no other key than their index. */
export function Parts({ parts, room }: Props) {
  return parts.map((part, index) => render(part, index, room));
}

/** What turns the direction of all that follows it in a line, where it is not kept apart. */
const TURNING = /\p{Bidi_Control}/u;

function render(part: Part, key: number, room: string): ReactNode {
  if (typeof part === "string") return TURNING.test(part) ? <bdi key={key}>{part}</bdi> : part;
  const { parts } = part;
  const inside = <Parts parts={parts} room={room} />;
  switch (part.type) {
    case "pre":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        <pre key={key} tabIndex={0}>
          {inside}
        </pre>
      );
    case "ol":
      return (
        <ol key={key} start={part.start}>
          {inside}
        </ol>
      );
    case "mark":
      return (
        <mark key={key}>
          <PersonButton user={part.user} room={room}>
            {inside}
          </PersonButton>
        </mark>
      );
    case "a": {
      const { href, host } = part;
      const hash = innerHash(href);
      if (hash !== undefined && host === undefined) {
        const [only, ...more] = parts;
        return (
          <InnerLink key={key} hash={hash}>
            {typeof only === "string" && more.length === 0 ? only : inside}
          </InnerLink>
        );
      }
      return (
        <Fragment key={key}>
          <a href={href} title={href} target="_blank" rel="noopener noreferrer">
            {inside}
          </a>
          {host !== undefined && (
            <small>
              {" ("}
              <bdi>{host}</bdi>)
            </small>
          )}
        </Fragment>
      );
    }
    default: {
      const Tag = part.type;
      return <Tag key={key}>{inside}</Tag>;
    }
  }
}
