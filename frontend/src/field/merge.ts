// Two people filled in the same checklist: what only one of them changed is taken, what both changed is asked.
import type { Values } from "./store.ts";

/** A field that both changed, to different values. */
export interface Clash {
  readonly name: string;
  readonly mine: string;
  readonly theirs: string;
}

export interface Merged {
  readonly values: Values;
  readonly clashes: readonly Clash[];
}

/** Merges two changes of `base`; where they clash, the values hold one's own. */
export function merge(base: Values, mine: Values, theirs: Values): Merged {
  const values: Record<string, string> = {};
  const clashes: Clash[] = [];
  for (const name of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const [before, own, other] = [base[name] ?? "", mine[name] ?? "", theirs[name] ?? ""];
    values[name] = own === before ? other : own;
    if (own !== before && other !== before && own !== other) clashes.push({ name, mine: own, theirs: other });
  }
  return { values, clashes };
}
