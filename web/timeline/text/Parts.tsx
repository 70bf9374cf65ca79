import { Fragment, type ReactNode } from "react";
import type { Part } from "../../markdown/parse.ts";
import { Mention } from "../../mentions/Mention.tsx";
import { InnerLink, innerHash } from "./InnerLink.tsx";

/** The parts of a text, which have no other key than their index. */
export function Parts({ parts }: { parts: readonly Part[] }) {
  return parts.map(render);
}

/** What turns the direction of all that follows it in a line, where it is not kept apart. */
const TURNING = /\p{Bidi_Control}/u;

function render(part: Part, key: number): ReactNode {
  if (typeof part === "string") return TURNING.test(part) ? <bdi key={key}>{part}</bdi> : part;
  const { parts } = part;
  switch (part.type) {
    case "pre":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        <pre key={key} tabIndex={0}>
          {parts.map(render)}
        </pre>
      );
    case "ol":
      return (
        <ol key={key} start={part.start}>
          {parts.map(render)}
        </ol>
      );
    case "mark":
      return <Mention key={key} text={parts.join("")} />;
    case "a": {
      const { href, host } = part;
      const hash = innerHash(href);
      if (hash !== undefined && host === undefined) {
        const [only, ...more] = parts;
        return (
          <InnerLink key={key} hash={hash}>
            {typeof only === "string" && more.length === 0 ? only : parts.map(render)}
          </InnerLink>
        );
      }
      return (
        <Fragment key={key}>
          <a href={href} title={href} target="_blank" rel="noopener noreferrer">
            {parts.map(render)}
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
      return <Tag key={key}>{parts.map(render)}</Tag>;
    }
  }
}
