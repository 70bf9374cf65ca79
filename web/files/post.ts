import type { AckData } from "../../protocol/events.ts";

/**
 * Posts a file to the storage. (`fetch` does not tell how much has been sent.)
 * @returns the status of the answer; 0 if there is none, or the signal has ended it
 */
export function postForm(
  { url, fields }: AckData["upload"]["post"],
  content: Blob,
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<number> {
  return new Promise((resolve) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", content);
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
    request.addEventListener("loadend", () => {
      signal.removeEventListener("abort", abort);
      resolve(request.status);
    });
    signal.addEventListener("abort", abort);
    request.open("POST", url);
    request.send(form);
    if (signal.aborted) abort();
  });
}
