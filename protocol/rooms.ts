/** The room that everyone is a member of. */
export const LOBBY = "lobby";
