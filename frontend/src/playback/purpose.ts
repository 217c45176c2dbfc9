// Before recorded footage opens, its viewer says what for: the answer goes into the register of use.
import { make } from "../dom.ts";
import { say, type Texts } from "../texts.ts";

export interface PurposeChoice {
  readonly key: string;
  readonly label: string;
  readonly needs_text?: boolean;
  /** What the particulars are, where the purpose needs them. */
  readonly text_label?: string;
}

export interface Purpose {
  readonly purpose: string;
  readonly purpose_text: string;
}

const star = (): HTMLElement => make("span", { class: "ov-required", "aria-hidden": "true" }, "*");

/** Asks for the cameras named; nothing is chosen beforehand, null when the viewer closes the dialog. */
export async function askPurpose(
  host: HTMLElement,
  texts: Texts,
  choices: readonly PurposeChoice[],
  titles: readonly string[],
): Promise<Purpose | null> {
  const first = make("option", { value: "", disabled: true, selected: true }, say(texts, "purpose_choose"));
  const select = make("select", { class: "form-select", required: true }, first, ...choices.map((each) => make("option", { value: each.key }, each.label)));
  const remark = make("input", { class: "form-control", maxlength: 200 });
  const remarkLabel = make("span", {});
  const cancel = make("button", { type: "button", class: "btn" }, say(texts, "cancel"));
  const open = make("button", { type: "submit", class: "btn btn-primary" }, say(texts, "open"));
  const form = make(
    "form",
    { method: "dialog" },
    make("header", {}, make("h2", {}, say(texts, "purpose_title"))),
    make(
      "div",
      { class: "ov-dialog-body" },
      make("p", { class: "ov-sentence" }, say(texts, "purpose_sentence")),
      make("ul", { class: "ov-purpose-cameras" }, ...titles.map((title) => make("li", {}, title))),
      make("label", { class: "form-label" }, say(texts, "purpose"), star(), select),
      make("label", { class: "form-label" }, remarkLabel, remark),
    ),
    make("footer", {}, cancel, open),
  );
  const dialog = make("dialog", { class: "ov-dialog" }, form);
  const demand = (): void => {
    const choice = choices.find((each) => each.key === select.value);
    remark.required = choice?.needs_text ?? false;
    const words = (remark.required && choice?.text_label) || say(texts, "remark");
    remarkLabel.replaceChildren(words, remark.required ? star() : "");
  };
  select.addEventListener("change", demand);
  demand();
  host.append(dialog);
  dialog.showModal();
  return await new Promise((resolve) => {
    let answer: Purpose | null = null;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", () => {
      answer = { purpose: select.value, purpose_text: remark.value.trim() };
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
  });
}
