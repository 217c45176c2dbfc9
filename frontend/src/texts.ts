/** The strings of an island; they come from the page, in the reader's language. */
export type Texts = Readonly<Record<string, string>>;

/** The text under a key with its `%(name)s` places filled; a missing text shows its key, so that it is noticed. */
export function say(texts: Texts, key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const text = texts[key] ?? key;
  return text.replaceAll(/%\((\w+)\)s/g, (place, name: string) => (name in values ? String(values[name]) : place));
}
