import { useEffect, useState } from "react";
import { once } from "../load.ts";

/** What `infra/stack.ts` tells the page: how people come in, and how large a file may be. */
export interface Config {
  /** Whether people may come in without signing in. */
  guests: boolean;
  /** Whether new guests need a key. */
  joinKey: boolean;
  maxFileMB?: number;
  /** The provider with which people sign in. */
  signIn?: { issuer: string; clientId: string; clientSecret?: string };
}

/** It is asked for where people come in or attach files; who is known already does without it. */
export const loadConfig = once(async (): Promise<Config> => (await fetch("/config.json")).json());

/** What holds until it has loaded, or if it does not load, is the usual. */
export function useConfig(): Config {
  const [config, setConfig] = useState<Config>({ guests: true, joinKey: false });
  useEffect(() => void loadConfig().then(setConfig, () => {}), []);
  return config;
}
