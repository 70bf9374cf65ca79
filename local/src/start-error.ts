/** Why a start cannot work, and what to do about it, in words for the terminal. */
export class StartError extends Error {
  override name = "StartError";
  /** The option that can be set to something else. */
  readonly option: "port" | "host" | "data" | "stack" | undefined;

  constructor(message: string, option?: StartError["option"]) {
    super(message);
    this.option = option;
  }
}
