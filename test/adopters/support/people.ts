import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appSettings } from "../../support/run-app.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import type { Page } from "../../support/visitor.ts";

const password = "Correct-Horse-9";

const people = `
Users:
  - Username: ann
    UserAttributes: [{ Name: email, Value: ann@example.org }, { Name: email_verified, Value: "true" }]
    Groups: [editors]
    Password: ${password}
  - Username: bob
    UserAttributes: [{ Name: email, Value: bob@example.org }, { Name: email_verified, Value: "true" }]
    Password: ${password}
`;

/** The settings of an app whose local Cognito knows ann, an editor, and bob from the start. */
export async function settingsWithPeople(): Promise<Record<string, string>> {
  const folder = await temporaryDirectory();
  const users = join(folder, "users.yaml");
  await writeFile(users, people);
  return { ...(await appSettings(folder)), LOCAL_COGNITO_USERS: users };
}

/** Fills in the sign-in page of local Cognito. */
export function signInOn(page: Page, username: string): Promise<Page> {
  return page.submit("Sign in", { Username: username, Password: password });
}
