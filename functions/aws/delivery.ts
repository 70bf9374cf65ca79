import * as v from "valibot";

/** What `deliver` is invoked with: a text, and the connections that still wait for it. */
export const Delivery = v.object({ body: v.string(), connectionIds: v.array(v.string()) });
export type Delivery = v.InferOutput<typeof Delivery>;
