import { AwsError } from "../aws/operation.ts";

/** A chunk's length in hexadecimal digits, and extensions, which only signed chunks have. */
const HEAD = /^([0-9a-f]{1,8})\r\n/i;
const MAX_HEAD = 10;

/**
 * The content of a body in the encoding `aws-chunked`, in which the SDKs send streams: chunks with
 * their lengths before them, then checksums, which are not looked at.
 */
export async function* dechunk(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  /** Bytes of the present chunk that are still to come, and the line break after it. */
  let left = 0;
  let isOver = false;
  for await (const piece of body) {
    if (isOver) continue;
    rest = Buffer.concat([rest, piece]);
    while (rest.length > 0 && !isOver) {
      if (left > 2) {
        const content = rest.subarray(0, left - 2);
        rest = rest.subarray(content.length);
        left -= content.length;
        yield content;
      } else if (left > 0) {
        if (rest.length < left) break;
        rest = rest.subarray(left);
        left = 0;
      } else {
        const [head, length = ""] = HEAD.exec(rest.toString("latin1", 0, MAX_HEAD)) ?? [];
        if (head === undefined && rest.length < MAX_HEAD) break;
        if (head === undefined) throw new AwsError("IncompleteBody", "A chunk has no length");
        rest = rest.subarray(head.length);
        left = Number.parseInt(length, 16) + 2;
        isOver = left === 2;
      }
    }
  }
  if (!isOver) throw new AwsError("IncompleteBody", "The last chunk is missing");
}
