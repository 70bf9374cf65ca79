import { existsSync } from "node:fs";
import { join } from "node:path";
import bundled from "@sparticuz/chromium";
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from "playwright-core";

/** The page's tests run in any Chromium: an installed one, or the one that comes as a package. */
async function findBrowser(): Promise<{ executablePath: string; args: string[] } | undefined> {
  const named = process.env.CHROME_PATH;
  if (named) return { executablePath: named, args: [] };
  const installed = installedBrowsers().find((path) => existsSync(path));
  if (installed) return { executablePath: installed, args: [] };
  // The package holds a build for Linux on x64 alone.
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  bundled.setGraphicsMode = false;
  return { executablePath: await bundled.executablePath(), args: usableArgs(bundled.args) };
}

function installedBrowsers(): string[] {
  const { env, platform } = process;
  if (platform === "win32") {
    const roots = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA];
    const apps = ["Google/Chrome", "Chromium", "Microsoft/Edge"];
    return roots.flatMap((root) =>
      apps.map((app) =>
        join(root ?? "", app, "Application", app.endsWith("Edge") ? "msedge.exe" : "chrome.exe"),
      ),
    );
  }
  if (platform === "darwin") {
    return ["Google Chrome", "Chromium", "Microsoft Edge"].map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
    );
  }
  const names = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];
  const directories = ["/usr/bin", "/usr/local/bin", "/snap/bin"];
  return [...names, "microsoft-edge"].flatMap((name) =>
    directories.map((directory) => join(directory, name)),
  );
}

/**
 * Without the arguments for a Lambda function, where only one process can run, and without those that
 * let a page do what browsers forbid.
 */
function usableArgs(args: readonly string[]): string[] {
  const unusable =
    /^--(single-process|no-zygote|headless|disable-web-security|allow-running-insecure-content)/;
  return args.filter((arg) => !unusable.test(arg));
}

/** Nothing but the page talks to the network. */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

/**
 * How to launch a headless browser, or why there is none. With `CI` set there must be one, so that
 * tests of the page are not skipped unnoticed.
 */
async function findOptions(): Promise<LaunchOptions | string> {
  const found = await findBrowser();
  if (found === undefined) {
    const reason = "No Chrome, Chromium or Edge was found: install one, or name it in CHROME_PATH";
    if (process.env.CI) throw new Error(reason);
    return reason;
  }
  const { executablePath, args } = found;
  // Chromium's sandbox does not work for root.
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return { executablePath, args: [...args, ...asRoot, ...QUIET] };
}

/** A headless browser, or why there is none. */
export async function openBrowser(): Promise<Browser | string> {
  const options = await findOptions();
  return typeof options === "string" ? options : chromium.launch(options);
}

/** One that several processes can connect to. */
export async function openBrowserServer(): Promise<BrowserServer | string> {
  const options = await findOptions();
  return typeof options === "string" ? options : chromium.launchServer(options);
}
