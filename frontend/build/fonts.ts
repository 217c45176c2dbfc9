// Copies the Chinese font for PDF documents (SIL Open Font License 1.1) beside the application; it is not served.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const SOURCE = new URL("../node_modules/@expo-google-fonts/noto-sans-sc/", import.meta.url);
const TARGET = new URL("../../src/oversite/screens/fonts/", import.meta.url);
const FILES: readonly (readonly [string, string])[] = [
  ["400Regular/NotoSansSC_400Regular.ttf", "NotoSansSC-Regular.ttf"],
  ["700Bold/NotoSansSC_700Bold.ttf", "NotoSansSC-Bold.ttf"],
  ["LICENSE_FONT", "OFL.txt"],
];

export function documentFonts(): Plugin {
  return {
    name: "oversite-fonts",
    apply: "build",
    closeBundle() {
      mkdirSync(fileURLToPath(TARGET), { recursive: true });
      for (const [from, to] of FILES) {
        copyFileSync(fileURLToPath(new URL(from, SOURCE)), fileURLToPath(new URL(to, TARGET)));
      }
    },
  };
}
