import { naming } from "../pool/pool-file.ts";
import type { Findings } from "./findings.ts";
import { parseDocument } from "./language/document.ts";
import { type OpenTemplate, openScope } from "./language/open-scope.ts";
import { defaultPlace, type Place, placeProblems } from "./language/pseudo-parameters.ts";
import { findBrokenRules } from "./language/rules.ts";
import { asTemplate, exportOf, type TemplateDocument } from "./language/sections.ts";
import { Unknowns } from "./language/unknowns.ts";
import type { TemplateOptions, TemplateText } from "./options.ts";

/** Templates that are read together, with what they have in common. */
export interface OpenTemplates {
  templates: OpenTemplate[];
  place: Place;
  /** Says what was used of what is unknown; to be called once everything is read. */
  report(): void;
}

/** Parses the templates and opens their scopes; what one exports, the others can import. */
export async function openTemplates(
  texts: TemplateText[],
  options: TemplateOptions,
  findings: Findings,
): Promise<OpenTemplates> {
  const documents = await Promise.all(
    texts.map(({ path, text }) => naming(path, parse(text, findings))),
  );
  const strict = options.parameters ?? {};
  const given = { ...options.parametersOfFile, ...appUrlIn(documents, options), ...strict };
  const place = placeOf(given, options, findings);
  const unknowns = new Unknowns(given);
  const exported = new Map<string, unknown>();
  const templates = documents.map((document, index) => {
    const { path = "" } = texts[index] ?? {};
    const imported = (name: string) => exported.get(name);
    return openScope(document, { path, place, given, unknowns, imported }, findings);
  });
  documents.forEach((document, index) => {
    const template = templates[index];
    if (!template) return;
    for (const [name, value] of exportsOf(document, template, findings)) exported.set(name, value);
    findBrokenRules(document.Rules, template);
  });
  return {
    templates,
    place,
    report() {
      unknowns.report(findings);
      for (const name of Object.keys(strict)) {
        const isKnown = documents.some(({ Parameters }) => Object.hasOwn(Parameters, name));
        if (isKnown || unknowns.has(name) || name.startsWith("AWS::")) continue;
        findings.problem(`Parameters.${name}`, "is given a value, and there is no such parameter.");
      }
    },
  };
}

async function parse(text: string, findings: Findings): Promise<TemplateDocument> {
  const document = await parseDocument(text, (path) =>
    findings.warn(path, "is given twice. The last one counts, as at AWS."),
  );
  return asTemplate(document);
}

function appUrlIn(documents: TemplateDocument[], { appUrl }: TemplateOptions) {
  const isThere = documents.some(({ Parameters }) => Object.hasOwn(Parameters, "AppUrl"));
  return isThere && appUrl !== undefined ? { AppUrl: appUrl } : {};
}

function placeOf(
  given: Record<string, string>,
  { region = given["AWS::Region"], accountId = given["AWS::AccountId"] }: TemplateOptions,
  findings: Findings,
): Place {
  const place = {
    region: region ?? defaultPlace.region,
    accountId: accountId ?? defaultPlace.accountId,
  };
  for (const { name, what } of placeProblems(place)) findings.problem(name, what);
  return place;
}

function exportsOf(
  { Outputs }: TemplateDocument,
  template: OpenTemplate,
  findings: Findings,
): [string, unknown][] {
  return Object.entries(Outputs).flatMap(([output, definition]) => {
    const exported = exportOf(definition);
    if (!exported) return [];
    const path = `Outputs.${output}`;
    const name = template.resolve(exported.name, `${path}.Export.Name`, findings);
    const value = template.resolve(exported.value, `${path}.Value`, findings);
    return [[String(name), value] as [string, unknown]];
  });
}
