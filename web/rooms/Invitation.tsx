import { hashOfInvitation } from "../chat/rooms/address.ts";
import { useChat, useChatState } from "../context.ts";
import { CopyLink } from "../dialogs/CopyLink.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";

/** A private room's invitation, which its owner makes and ends. */
export function Invitation({ room }: { room: string }) {
  const chat = useChat();
  const invite = useChatState((state) => state.rooms[room]?.invite);
  const { run, pending, problem } = useAction();
  const { label, means, make, end } = words.invitation;
  return (
    <div className={form.field}>
      {invite && (
        <CopyLink label={label} link={`${location.origin}/${hashOfInvitation(room, invite)}`} />
      )}
      <button
        type="button"
        aria-disabled={pending}
        onClick={() => run(() => chat.setRoom({ room, invite: !invite }))}
      >
        {invite ? end : make}
      </button>
      <p>{problem || means}</p>
    </div>
  );
}
