import type { Resource } from "../resources/read-resources.ts";

type Customization = Resource<"AWS::Cognito::UserPoolUICustomizationAttachment">;
type Client = Resource<"AWS::Cognito::UserPoolClient">;

/** What the CSS of a customization may be about, by the names that the service gives. */
const classes = [
  "background",
  "banner",
  "errorMessage",
  "idpButton",
  "idpDescription",
  "inputField",
  "label",
  "legalText",
  "logo",
  "passwordCheck-notValid",
  "passwordCheck-valid",
  "redirect",
  "socialButton",
  "submitButton",
  "textDescription",
].map((name) => `.${name}-customizable`);

/** The CSS of the classic pages, by the names of clients and `ALL`; clients and their names are in the same order. */
export function stylesOf(
  customizations: Customization[],
  clients: Client[],
  names: string[],
  isManaged: boolean,
): Record<string, string> {
  const styles = customizations.flatMap((customization) => {
    const { properties, path, findings } = customization;
    const { CSS: css, ClientId: id } = properties;
    if (css === undefined) return [];
    findWhatIsRefused(css, customization, isManaged);
    const index = clients.findIndex(({ name }) => name === id);
    const client = id === "ALL" ? id : names[index];
    if (client !== undefined) return [[client, css] as const];
    findings.warn(`${path}.ClientId`, "is no client of this pool here, so its CSS is not shown.");
    return [];
  });
  return Object.fromEntries(styles);
}

function findWhatIsRefused(
  css: string,
  { path, findings }: Customization,
  isManaged: boolean,
): void {
  const withoutComments = css.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const [rule] = /@(import|media|page|supports)\b/i.exec(withoutComments) ?? [];
  if (rule) findings.problem(`${path}.CSS`, `cannot have ${rule}.`);
  const selectors = withoutComments.replaceAll(/\{[^}]*\}/g, ",").split(",");
  const other = selectors
    .map((selector) => selector.trim().replace(/:(hover|focus|active)$/, ""))
    .find((selector) => selector !== "" && !classes.includes(selector));
  if (other && !rule) {
    findings.warn(
      `${path}.CSS`,
      `styles ${other}, and AWS takes its own classes alone: ${classes.join(", ")}.`,
    );
  }
  const [, address] = /url\(\s*["']?(data:|(?:[a-z]+:)?\/\/[^"')\s]*)/i.exec(withoutComments) ?? [];
  if (address && !rule) {
    findings.warn(
      `${path}.CSS`,
      `has url(${address}…), and the pages here load nothing from outside.`,
    );
  }
  if (isManaged) {
    findings.warn(`${path}.CSS`, "is for the classic pages; this domain has managed login.");
  }
}
