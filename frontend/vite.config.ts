import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { documentFonts } from "./build/fonts.ts";
import { iconSprite } from "./build/icons.ts";

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [iconSprite(), documentFonts()],
  build: {
    outDir: fileURLToPath(new URL("../src/oversite/screens/static/built", import.meta.url)),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome100", "firefox115"],
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: Object.fromEntries(
        ["main", "offline", "offline_worker"].map((name) => [name, fileURLToPath(new URL(`src/${name}.ts`, import.meta.url))]),
      ),
    },
  },
  worker: { format: "es" },
});
