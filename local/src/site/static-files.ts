import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { glob } from "../glob.ts";
import type {
  DistributionDefinition,
  ErrorPageDefinition,
  UploadDefinition,
} from "../template/definitions.ts";

/** Serves the files that the stack's deployments would upload, as its distribution would. */
export function serveFiles(
  uploads: readonly UploadDefinition[],
  distribution: DistributionDefinition | undefined,
): RequestListener {
  const headers = Object.entries(distribution?.headers ?? {});
  const folders = [...new Set(uploads.flatMap(({ folders }) => folders))];
  const sites = folders.map((folder) => ({
    folder,
    serve: sirv(folder, {
      etag: true,
      extensions: [],
      dotfiles: true,
      setHeaders(response, pathname) {
        const cacheControl = uploadOf(uploads, folder, pathname)?.cacheControl;
        if (cacheControl) response.setHeader("Cache-Control", cacheControl);
      },
    }),
  }));
  const find = (path: string) =>
    sites.find(
      ({ folder }) =>
        uploadOf(uploads, folder, path) !== undefined && existsSync(join(folder, decode(path))),
    );
  // S3 answers 403 instead of 404 to a distribution that may not list the bucket.
  const errorPage = distribution?.errorPages.find(({ errorCode }) =>
    /^40[34]$/.test(`${errorCode}`),
  );
  return (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const [path = "/"] = (request.url ?? "/").split("?");
    const key = path === "/" ? `/${distribution?.rootObject ?? ""}` : path;
    const missing = () => notFound(request, response, errorPage, find);
    const site = find(key);
    if (site === undefined) return missing();
    request.url = key;
    site.serve(request, response, missing);
  };
}

/** The deployment that uploads a file: the filters work as those of `aws s3 sync`. */
function uploadOf(
  uploads: readonly UploadDefinition[],
  folder: string,
  path: string,
): UploadDefinition | undefined {
  const key = decode(path).replace(/^\//, "");
  const matches = (pattern: string) => glob(pattern).test(key);
  return uploads.find(
    ({ folders, exclude, include }) =>
      folders.includes(folder) && (!exclude.some(matches) || include.some(matches)),
  );
}

function notFound(
  { method }: IncomingMessage,
  response: ServerResponse,
  page: ErrorPageDefinition | undefined,
  find: (path: string) => { readonly folder: string } | undefined,
): void {
  const site = page && find(page.path);
  if (page === undefined || site === undefined) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
    return;
  }
  response.writeHead(page.status, { "Content-Type": "text/html" });
  response.end(method === "HEAD" ? undefined : readFileSync(join(site.folder, page.path)));
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
