// Which cameras have footage of a day: they are offered first, the others say that they have none. Pure.

export interface Choice {
  readonly uid: string;
  readonly title: string;
}

/** The cameras in their order, those with footage first. */
export function recordedFirst(cameras: readonly Choice[], recorded: ReadonlySet<string>): readonly Choice[] {
  return [...cameras.filter((each) => recorded.has(each.uid)), ...cameras.filter((each) => !recorded.has(each.uid))];
}
