import { existsSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import type { DeploymentDefinition, DistributionDefinition } from "../template/stack.ts";

/** The files that the deployments would upload, as the distribution would serve them. */
export function createSite(
  deployments: readonly DeploymentDefinition[],
  distribution: DistributionDefinition | undefined,
): RequestListener {
  const headers = Object.entries(distribution?.headers ?? {});
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
      },
    }),
  }));
  return (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
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
