import { useChatState } from "./context.ts";
import { JoinForm } from "./join/JoinForm.tsx";
import { lazily } from "./lazily.tsx";
import { words } from "./words.ts";

/** The page behind the sign-in. It loads while the connection is made. */
const loading = import("./ChatPage.tsx").then(
  (part) => part.ChatPage,
  () => NotLoaded,
);
const Page = lazily(() => loading);

const Arrival = lazily(() =>
  import("./join/Arrival.tsx").then(
    ({ Arrival }) => Arrival,
    () => NotLoaded,
  ),
);

export function App() {
  const phase = useChatState((state) => state.phase);
  if (phase === "joining") return <JoinForm />;
  return phase === "arriving" ? <Arrival /> : <Page />;
}

function NotLoaded() {
  return (
    <main className="join">
      <p role="alert">{words.page.partMissing}</p>
      <button type="button" onClick={() => location.reload()}>
        {words.page.reload}
      </button>
    </main>
  );
}
