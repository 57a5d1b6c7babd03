// web/ -> the explorers' two bundles in shapewise/explorers/static, and the web edition's own script in docs/_static.
// `node build.mjs --to FOLDER` writes elsewhere, for the test that holds the committed ones against their source.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const asked = process.argv.indexOf("--to");
const elsewhere = asked > 0 ? process.argv[asked + 1] : null;
const to = elsewhere ?? fileURLToPath(new URL("../shapewise/explorers/static", import.meta.url));
const site = elsewhere ?? fileURLToPath(new URL("../docs/_static", import.meta.url));
const options = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "es2022",
  loader: { ".css": "text" },
  legalComments: "inline",
  banner: { js: "/* Made from web/ by `make explorers`; edit there. */" },
  logLevel: "warning",
};
await build({ ...options, entryPoints: ["hosts/notebook.ts"], format: "esm", outfile: `${to}/explorers.mjs` });
await build({ ...options, entryPoints: ["hosts/page.ts"], format: "iife", globalName: "shapewise", outfile: `${to}/explorers.js` });
await build({
  ...options,
  entryPoints: ["hosts/site.ts"],
  format: "iife",
  globalName: "site",
  outfile: `${site}/site.js`,
});
