import { useChatState } from "./context.ts";
import { JoinForm } from "./join/JoinForm.tsx";
import { Loaded } from "./Loaded.tsx";
import { words } from "./words.ts";

/** The page behind the sign-in. It loads while the connection is made. */
const page = import("./ChatPage.tsx").then(
  ({ ChatPage }) => ChatPage,
  () => NotLoaded,
);

const arrival = () =>
  import("./join/Arrival.tsx").then(
    ({ Arrival }) => Arrival,
    () => NotLoaded,
  );

export function App() {
  const phase = useChatState((state) => state.phase);
  if (phase === "joining") return <JoinForm />;
  return <Loaded key={phase} load={phase === "arriving" ? arrival : () => page} />;
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
