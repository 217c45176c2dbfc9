// What a device made of a control of its playback.

export type Told = "acknowledged" | "unsupported" | "no_answer";

/** The state that the server names; anything else counts as no answer. */
export function told(answer: unknown): Told {
  const state = answer !== null && typeof answer === "object" && "state" in answer ? answer.state : "";
  return state === "acknowledged" || state === "unsupported" ? state : "no_answer";
}
