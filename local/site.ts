import { existsSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import type { DeploymentDefinition, DistributionDefinition } from "./template/stack.ts";

/** CloudFront's managed policy SecurityHeadersPolicy. */
const RESPONSE_HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "67f7725c-6f97-4210-82d7-5512b31e9d03": {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
  },
};

/** The files that the deployments would upload, as the distribution would serve them. */
export function createSite(
  deployments: readonly DeploymentDefinition[],
  distribution: DistributionDefinition | undefined,
): RequestListener {
  const headers =
    RESPONSE_HEADERS[distribution?.DefaultCacheBehavior.ResponseHeadersPolicyId ?? ""] ?? {};
  const folders = [...new Set(deployments.flatMap(({ folders }) => folders))];
  const files = folders.map((folder) => ({
    folder,
    serve: sirv(folder, {
      etag: true,
      extensions: [],
      dotfiles: true,
      setHeaders(response, pathname) {
        const cacheControl = uploader(deployments, folder, pathname)?.SystemMetadata[
          "cache-control"
        ];
        if (cacheControl) response.setHeader("Cache-Control", cacheControl);
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      },
    }),
  }));
  return (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const [path = "/"] = (request.url ?? "/").split("?");
    const key = path === "/" ? `/${distribution?.DefaultRootObject ?? ""}` : path;
    request.url = key;
    const found = files.find(
      ({ folder }) =>
        uploader(deployments, folder, key) !== undefined && existsSync(join(folder, decode(key))),
    );
    if (found === undefined) notFound(response);
    else found.serve(request, response, () => notFound(response));
  };
}

/** The deployment that uploads a file: the filters work as those of `aws s3 sync`. */
function uploader(
  deployments: readonly DeploymentDefinition[],
  folder: string,
  pathname: string,
): DeploymentDefinition | undefined {
  const key = decode(pathname).replace(/^\//, "");
  return deployments.find(
    ({ folders, Exclude, Include }) =>
      folders.includes(folder) &&
      (!Exclude.some((pattern) => matches(pattern, key)) ||
        Include.some((pattern) => matches(pattern, key))),
  );
}

/** `*` and `?`, as in the AWS CLI's filters and CloudFront's path patterns. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function notFound(response: Parameters<RequestListener>[1]): void {
  response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
}
