import { type ComponentType, useEffect, useState } from "react";

/** How long to wait before asking again for a part that did not load. */
const AGAIN_MS = 3_000;

/** A part of the page whose script is loaded when it is first shown. */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let Loaded: ComponentType<Props> | undefined;
  return function Lazily(props: Props) {
    const [, redraw] = useState(false);
    useEffect(() => {
      if (Loaded) return;
      let isShown = true;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const ask = () =>
        load().then(
          (loaded) => {
            Loaded = loaded;
            redraw(true);
          },
          () => {
            if (isShown) timer = setTimeout(ask, AGAIN_MS);
          },
        );
      void ask();
      return () => {
        isShown = false;
        clearTimeout(timer);
      };
    }, []);
    return Loaded ? <Loaded {...props} /> : null;
  };
}
