import { type ComponentType, useEffect, useState } from "react";

/** A part of the page that has a script of its own. */
export function Loaded({ load }: { load: () => Promise<ComponentType> }) {
  const [Part, setPart] = useState<ComponentType>();
  useEffect(() => {
    void load().then((loaded) => setPart(() => loaded));
  }, []);
  return Part && <Part />;
}
