/** The reason why a start fails, and what to do about it, in words for the terminal. */
export class StartError extends Error {
  override name = "StartError";
  /** The option that must be set to another value. */
  readonly option: "port" | "host" | "data" | "stack" | undefined;

  constructor(message: string, option?: StartError["option"]) {
    super(message);
    this.option = option;
  }
}
