import { z } from "zod";
import type { CustomTexts } from "../users/inbox.ts";
import type { User } from "../users/user.ts";
import { readAnswer, unrecognizable } from "./answers.ts";
import type { MessageSource } from "./events.ts";
import type { Acting, HasTriggers } from "./trigger-call.ts";
import { runForUser } from "./user-call.ts";

export const codeParameter = "{####}";
export const usernameParameter = "{username}";

const atMost = (most: number) => z.string().max(most).nullish();
const textsShape = z.object({
  emailSubject: atMost(140),
  emailMessage: atMost(20_000),
  smsMessage: atMost(140),
});

/** CustomMessage, before a code or an invitation goes out. */
export async function customMessage(
  pool: HasTriggers,
  user: User,
  source: MessageSource,
  { client, caller }: Acting,
): Promise<CustomTexts> {
  const isInvitation = source === "CustomMessage_AdminCreateUser";
  const answer = await runForUser(pool, user, {
    trigger: "CustomMessage",
    source,
    client,
    caller,
    request: {
      codeParameter,
      linkParameter: "{##Click Here##}",
      usernameParameter: isInvitation ? usernameParameter : null,
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  });
  if (!answer) return {};
  const { emailSubject, emailMessage, smsMessage } = readAnswer(
    "CustomMessage",
    answer,
    textsShape,
  );
  for (const [name, text] of Object.entries({ emailMessage, smsMessage })) {
    if (text) assertHasPlaces(name, text, isInvitation);
  }
  return {
    emailSubject: emailSubject ?? undefined,
    emailMessage: emailMessage ?? undefined,
    smsMessage: smsMessage ?? undefined,
  };
}

/** A message without its code would be of no use to anybody. */
function assertHasPlaces(name: string, text: string, isInvitation: boolean): void {
  const hasCode = text.includes(codeParameter) || /\{##.*##\}/.test(text);
  const places = isInvitation ? `${usernameParameter} and ${codeParameter}` : codeParameter;
  if (hasCode && (!isInvitation || text.includes(usernameParameter))) return;
  throw unrecognizable("CustomMessage", `response.${name} has to have ${places} in it.`);
}
