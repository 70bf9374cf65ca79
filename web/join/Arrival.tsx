import { useEffect } from "react";
import { useChat, useChatState } from "../context.ts";
import { load } from "../load.ts";
import { Title } from "../Wordmark.tsx";
import { words } from "../words.ts";
import { loadConfig } from "./config.ts";
import "./join.css";

/** Somebody comes from another device or from the provider. A link may be anybody's, so it asks. */
export function Arrival() {
  const chat = useChat();
  const arrival = useChatState((state) => state.arrival);
  const query = arrival && "query" in arrival ? arrival.query : undefined;
  useEffect(() => {
    if (query !== undefined) finish(query).then(chat.signIn, () => chat.stay(words.arrival.failed));
  }, [chat, query]);

  if (arrival === undefined || "query" in arrival) {
    return (
      <main className="join">
        <p role="status">{words.arrival.signingIn}</p>
      </main>
    );
  }
  const known = chat.identity.name();
  const isLink = "link" in arrival;
  return (
    <main className="join">
      <Title />
      <p>{isLink ? words.arrival.link(arrival.name) : words.arrival.account}</p>
      {known !== undefined && <p>{words.arrival.canReturn(known)}</p>}
      <button
        type="submit"
        onClick={() => (isLink ? chat.comeIn({ link: arrival.link }) : chat.comeIn(arrival))}
      >
        {isLink ? words.arrival.goOnAs(arrival.name) : words.arrival.goOn}
      </button>
      <button type="button" onClick={() => chat.stay()}>
        {known === undefined ? words.page.cancel : words.arrival.stay(known)}
      </button>
    </main>
  );
}

async function finish(query: string): Promise<string> {
  const [{ signIn }, { finishSignIn }] = await Promise.all([
    loadConfig(),
    load(() => import("./sign-in.ts")),
  ]);
  if (signIn === undefined) throw new Error("Nobody signs in here");
  return finishSignIn(signIn, query);
}
