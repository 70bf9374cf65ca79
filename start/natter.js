// Old versions of Node must be able to parse this, to be told that they are too old.
import fs from "node:fs";
import url from "node:url";

var manifest = fs.readFileSync(
  url.fileURLToPath(new URL("../package.json", import.meta.url)),
  "utf8",
);
var required = JSON.parse(manifest).engines.node.replace(/[^0-9.]/g, "");

/** @param {string} version */
function number(version) {
  var parts = version.split(".");
  return Number(parts[0]) * 1e6 + Number(parts[1] || 0) * 1e3 + Number(parts[2] || 0);
}

/** @param {unknown} error */
function fail(error) {
  console.error(error);
  process.exitCode = 1;
}

if (number(process.versions.node) < number(required)) {
  console.error(
    "Natter needs Node.js " +
      required +
      " or newer; this is " +
      process.versions.node +
      ". Install it from https://nodejs.org.",
  );
  process.exitCode = 1;
} else if (!fs.existsSync(new URL("../node_modules/tsx", import.meta.url))) {
  console.error("The packages are not installed yet. Run `npm ci` first.");
  process.exitCode = 1;
} else {
  import("tsx/esm/api")
    .then((tsx) => {
      tsx.register();
      return import("./main.ts");
    })
    .catch(fail);
}
