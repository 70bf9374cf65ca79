/** An environment variable that a function cannot work without. @throws at the cold start, by name. */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing`);
  return value;
}
