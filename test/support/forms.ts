import type { HTMLElement } from "node-html-parser";

/** What a filled form sends, and where. */
export interface Submission {
  method: "GET" | "POST";
  action: string | undefined;
  fields: URLSearchParams;
}

/** Fills the form of the button with that text, by label text or else by field name, and leaves the rest as it is. */
export function fillForm(
  html: HTMLElement,
  button: string,
  values: Record<string, string>,
): Submission {
  const submitter = findButton(html, button);
  const form = formOf(html, submitter);
  for (const [label, value] of Object.entries(values))
    setValue(findField(html, label, form), value);

  const attribute = (name: string) =>
    submitter.getAttribute(`form${name}`) ?? form.getAttribute(name);
  return {
    method: attribute("method")?.toUpperCase() === "POST" ? "POST" : "GET",
    action: attribute("action"),
    fields: new URLSearchParams(fieldsOf(html, form, submitter)),
  };
}

/** Finds a field by its label's text, its aria-label or its name; throws where there is none. */
export function findField(html: HTMLElement, label: string, form = html): HTMLElement {
  const fields = form === html ? html.querySelectorAll(controls) : controlsOf(html, form);
  const found =
    fields.find((field) => labelsOf(html, field).includes(label)) ??
    fields.find((field) => field.getAttribute("name") === label);
  if (found) return found;
  const known = fields.flatMap((field) => labelsOf(html, field)).join(", ");
  throw new Error(`No field “${label}” here. There are: ${known || "none"}.`);
}

/** An element's text as a reader sees it, without the line breaks of the source. */
export function textOf(element: HTMLElement): string {
  return element.text.replace(/\s+/g, " ").trim();
}

const controls = "input, select, textarea";

function findButton(html: HTMLElement, text: string): HTMLElement {
  const buttons = html
    .querySelectorAll("button, input[type=submit]")
    .filter((button) => !["button", "reset"].includes(button.getAttribute("type") ?? "submit"));
  const nameOf = (button: HTMLElement) => textOf(button) || button.getAttribute("value") || "";
  const found = buttons.find((button) => nameOf(button) === text);
  if (found) return found;
  throw new Error(
    `No button “${text}” here. There are: ${buttons.map(nameOf).join(", ") || "none"}.`,
  );
}

function formOf(html: HTMLElement, control: HTMLElement): HTMLElement {
  const id = control.getAttribute("form");
  const form = id ? html.getElementById(id) : control.closest("form");
  if (form) return form;
  throw new Error(`“${textOf(control)}” belongs to no form.`);
}

function controlsOf(html: HTMLElement, form: HTMLElement): HTMLElement[] {
  return html.querySelectorAll(controls).filter((control) => {
    const id = control.getAttribute("form");
    return id ? id === form.id : control.closest("form") === form;
  });
}

function labelsOf(html: HTMLElement, field: HTMLElement): string[] {
  const labels = html
    .querySelectorAll("label")
    .filter((label) =>
      label.hasAttribute("for")
        ? label.getAttribute("for") === field.id
        : field.closest("label") === label,
    );
  return [...labels.map(textOf), field.getAttribute("aria-label") ?? ""].filter(Boolean);
}

function setValue(field: HTMLElement, value: string): void {
  const type = field.getAttribute("type") ?? "text";
  if (field.tagName === "TEXTAREA") field.textContent = value;
  else if (field.tagName === "SELECT") choose(field, value);
  else if (type !== "checkbox" && type !== "radio") field.setAttribute("value", value);
  else if (value === "") field.removeAttribute("checked");
  else check(field);
}

function choose(select: HTMLElement, value: string): void {
  const options = select.querySelectorAll("option");
  const chosen = options.find((option) => [optionValue(option), textOf(option)].includes(value));
  if (!chosen) throw new Error(`“${value}” is not one of the choices.`);
  for (const option of options) option.removeAttribute("selected");
  chosen.setAttribute("selected", "");
}

function check(field: HTMLElement): void {
  const isRadio = field.getAttribute("type") === "radio";
  const rivals = isRadio
    ? (field.closest("form")?.querySelectorAll("input[type=radio]") ?? [])
    : [];
  for (const rival of rivals) {
    if (rival.getAttribute("name") === field.getAttribute("name")) rival.removeAttribute("checked");
  }
  field.setAttribute("checked", "");
}

function fieldsOf(html: HTMLElement, form: HTMLElement, submitter: HTMLElement): string[][] {
  const pairs = controlsOf(html, form)
    .filter(isSuccessful)
    .map((field) => [field.getAttribute("name") ?? "", settingOf(field)]);
  const name = submitter.getAttribute("name");
  return name ? [...pairs, [name, submitter.getAttribute("value") ?? ""]] : pairs;
}

function isSuccessful(field: HTMLElement): boolean {
  const type = field.getAttribute("type") ?? "";
  if (!field.getAttribute("name") || field.hasAttribute("disabled")) return false;
  if (["submit", "button", "reset", "image", "file"].includes(type)) return false;
  return !["checkbox", "radio"].includes(type) || field.hasAttribute("checked");
}

function settingOf(field: HTMLElement): string {
  if (field.tagName === "TEXTAREA") return field.textContent;
  if (field.tagName !== "SELECT") {
    const isBox = ["checkbox", "radio"].includes(field.getAttribute("type") ?? "");
    return field.getAttribute("value") ?? (isBox ? "on" : "");
  }
  const options = field.querySelectorAll("option");
  const selected = options.find((option) => option.hasAttribute("selected")) ?? options[0];
  return selected ? optionValue(selected) : "";
}

function optionValue(option: HTMLElement): string {
  return option.getAttribute("value") ?? textOf(option);
}
