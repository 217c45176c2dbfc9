// Codecs by their names in the standards.
const NAMES: Readonly<Record<string, string>> = {
  h264: "H.264",
  h265: "H.265",
  svac: "SVAC",
  mpeg4: "MPEG-4",
  g711a: "G.711A",
  g711u: "G.711U",
  aac: "AAC",
};

/** `H.264` for `h264`; an unknown codec or a MIME type as it is. */
export function codecName(codec: string): string {
  return NAMES[codec.toLowerCase()] ?? codec;
}
