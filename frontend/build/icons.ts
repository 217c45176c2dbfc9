// Builds one SVG sprite out of the Tabler icons that the screens use (icons.json).
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const FOLDER = new URL("../node_modules/@tabler/icons/icons/", import.meta.url);
const LIST = new URL("../icons.json", import.meta.url);

/** One `<symbol>` of the sprite; `name` may end in `-filled`. */
export function symbol(name: string, source: string): string {
  const body = source
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replaceAll(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/?>(<\/path>)?/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const paint = name.endsWith("-filled")
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
}

function sprite(names: readonly string[]): string {
  const symbols = names.map((name) => {
    const folder = name.endsWith("-filled") ? "filled" : "outline";
    const file = new URL(`${folder}/${name.replace(/-filled$/, "")}.svg`, FOLDER);
    return symbol(name, readFileSync(fileURLToPath(file), "utf8"));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Emits `assets/icons-<hash>.svg`, and `icons.json` that names the file and the icons in it. */
export function iconSprite(): Plugin {
  return {
    name: "oversite-icons",
    apply: "build",
    buildStart() {
      const names = JSON.parse(readFileSync(fileURLToPath(LIST), "utf8")) as string[];
      const source = sprite(names);
      const hash = createHash("sha256").update(source).digest("hex").slice(0, 8);
      const file = `assets/icons-${hash}.svg`;
      this.emitFile({ type: "asset", fileName: file, source });
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify({ file, names }) });
    },
  };
}
