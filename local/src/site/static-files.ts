import { existsSync, readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { glob } from "../glob.ts";
import type { DistributionDefinition, UploadDefinition } from "../template/read-site.ts";

/** Serves the files that the stack's deployments would upload, as its distribution would. */
export function serveFiles(
  uploads: readonly UploadDefinition[],
  distribution: DistributionDefinition | undefined,
): RequestListener {
  const headers = new Map(Object.entries(distribution?.headers ?? {}));
  const folders = [...new Set(uploads.flatMap(({ folders }) => folders))];
  const sites = folders.map((folder) => ({
    folder,
    serve: sirv(folder, {
      etag: true,
      extensions: [],
      dotfiles: true,
      setHeaders(response, pathname) {
        const cacheControl = uploadOf(uploads, folder, pathname)?.SystemMetadata["cache-control"];
        if (cacheControl) response.setHeader("Cache-Control", cacheControl);
      },
    }),
  }));
  const find = (path: string) =>
    sites.find(
      ({ folder }) =>
        uploadOf(uploads, folder, path) !== undefined && existsSync(join(folder, decode(path))),
    );
  const { missing: status = 404, CustomErrorResponses = [] } = distribution ?? {};
  const error = CustomErrorResponses.find(({ ErrorCode }) => ErrorCode === status);
  return (request, response) => {
    response.setHeaders(headers);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return void response.writeHead(405, { Allow: "GET, HEAD" }).end();
    }
    const [path = "/"] = (request.url ?? "/").split("?");
    const key = path === "/" ? `/${distribution?.DefaultRootObject ?? ""}` : path;
    const missing = () => {
      const page = error?.ResponsePagePath ?? "";
      const site = page === "" ? undefined : find(page);
      if (error === undefined || site === undefined) {
        return void response.writeHead(status, { "Content-Type": "text/plain" }).end("Not found\n");
      }
      response.writeHead(error.ResponseCode ?? error.ErrorCode, { "Content-Type": "text/html" });
      response.end(request.method === "HEAD" ? "" : readFileSync(join(site.folder, page)));
    };
    const site = find(key);
    if (site === undefined) return missing();
    request.url = key;
    // A server may ignore what is not one range from a place to a later one, for which sirv throws.
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    if (Number(from) > Number(to || Infinity) || from === undefined) delete request.headers.range;
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
    ({ folders, Exclude, Include }) =>
      folders.includes(folder) && (!Exclude.some(matches) || Include.some(matches)),
  );
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
