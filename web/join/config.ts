import { useEffect, useState } from "react";

/** How people come in, as `infra/sign-in.ts` tells it. */
export interface Config {
  /** Whether people may come in without signing in. */
  guests: boolean;
  /** Whether new guests need a key. */
  joinKey: boolean;
  /** The provider with which people sign in. */
  signIn?: { issuer: string; clientId: string; clientSecret?: string };
}

let loaded: Promise<Config> | undefined;

/** It is asked for where people come in; who is known already does without it. */
export function loadConfig(): Promise<Config> {
  loaded ??= fetch("/config.json").then((answer) => answer.json());
  return loaded;
}

/** What holds until it has loaded, or if it does not load, is the usual. */
export function useConfig(): Config {
  const [config, setConfig] = useState<Config>({ guests: true, joinKey: false });
  useEffect(() => void loadConfig().then(setConfig, () => {}), []);
  return config;
}
