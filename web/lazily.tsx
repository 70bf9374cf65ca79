import { type ComponentType, useEffect, useState } from "react";

/** A part of the page whose script is loaded when it is first shown. */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let Loaded: ComponentType<Props> | undefined;
  return function Lazily(props: Props) {
    const [, redraw] = useState(false);
    useEffect(() => {
      // Without a network there is nothing to show yet either.
      load().then(
        (loaded) => {
          Loaded = loaded;
          redraw(true);
        },
        () => {},
      );
    }, []);
    return Loaded ? <Loaded {...props} /> : null;
  };
}
