import { Fragment, type ReactNode } from "react";
import type { Block, Inline } from "../../markdown/parse.ts";
import { Mention } from "../../mentions/Mention.tsx";
import { InnerLink, innerHash } from "./InnerLink.tsx";

// The parts of a text have no other key than their index.

interface Props {
  blocks: readonly Block[];
  /** What follows the last word. */
  end?: ReactNode;
}

export function Blocks({ blocks, end }: Props) {
  const last = blocks.length - 1;
  return blocks.map((block, index) => render(block, index, index === last && end));
}

function render(block: Block, key: number, end: ReactNode) {
  switch (block.type) {
    case "paragraph":
      return (
        <p key={key}>
          {block.inline.map(renderInline)}
          {end}
        </p>
      );
    case "heading":
      return (
        <p key={key}>
          <strong>{block.inline.map(renderInline)}</strong>
          {end}
        </p>
      );
    case "code":
      return (
        <div key={key}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard */}
          <pre tabIndex={0}>
            <code>{block.text}</code>
          </pre>
          {end}
        </div>
      );
    case "quote":
      return (
        <div key={key}>
          <blockquote>
            <Blocks blocks={block.blocks} />
          </blockquote>
          {end}
        </div>
      );
    case "list": {
      const { items, start } = block;
      const List = start === undefined ? "ul" : "ol";
      return (
        <div key={key}>
          <List start={start}>
            {items.map((item, index) => (
              <li key={`${index}`}>
                <Blocks blocks={item} />
              </li>
            ))}
          </List>
          {end}
        </div>
      );
    }
    case "rule":
      return <hr key={key} />;
  }
}

/** What turns the direction of all that follows it in a line, where it is not kept apart. */
const TURNING = /\p{Bidi_Control}/u;

function renderInline(part: Inline, key: number): ReactNode {
  if (typeof part === "string") return TURNING.test(part) ? <bdi key={key}>{part}</bdi> : part;
  switch (part.type) {
    case "code":
      return <code key={key}>{part.text}</code>;
    case "mention":
      return <Mention key={key} text={part.text} />;
    case "link": {
      const hash = innerHash(part.href);
      if (hash !== undefined && part.host === undefined) {
        const [only, ...more] = part.inline;
        return (
          <InnerLink key={key} hash={hash}>
            {typeof only === "string" && more.length === 0 ? only : part.inline.map(renderInline)}
          </InnerLink>
        );
      }
      return (
        <Fragment key={key}>
          <a href={part.href} title={part.href} target="_blank" rel="noopener noreferrer">
            {part.inline.map(renderInline)}
          </a>
          {part.host !== undefined && (
            <small>
              {" ("}
              <bdi>{part.host}</bdi>)
            </small>
          )}
        </Fragment>
      );
    }
    default: {
      const Tag = part.type;
      return <Tag key={key}>{part.inline.map(renderInline)}</Tag>;
    }
  }
}
