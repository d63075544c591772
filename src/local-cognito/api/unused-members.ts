/** What AWS takes and has no effect here, wherever a call has it. */
const unused: Record<string, string> = {
  AnalyticsConfiguration: "no analytics",
  AnalyticsMetadata: "no analytics",
  ContextData: "no threat protection",
  EnablePropagateAdditionalUserContextData: "no threat protection",
  UserContextData: "no threat protection",
};

/** Says of each such member that it does nothing, a sentence each. */
export function unusedMembersIn(input: Record<string, unknown>): string[] {
  return Object.entries(unused)
    .filter(([name]) => input[name] !== undefined && input[name] !== false)
    .map(([name, lack]) => `${name} does nothing: there is ${lack} here.`);
}
