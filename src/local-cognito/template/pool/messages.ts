import {
  cognitoLinkMessage,
  cognitoMessages,
  type MessageSettings,
} from "../../pool/pool-settings.ts";
import type { PropertiesOf } from "../resources/shapes.ts";

type UserPool = PropertiesOf<"AWS::Cognito::UserPool">;

/** The pool's own words, and Cognito's for what it says nothing of. */
export function messagesOf(pool: UserPool): MessageSettings {
  const { VerificationMessageTemplate: template, AdminCreateUserConfig } = pool;
  const invitation = AdminCreateUserConfig?.InviteMessageTemplate;
  const { code, invitation: usual } = cognitoMessages;
  return {
    code: {
      // The second names are the older ones.
      subject: template?.EmailSubject ?? pool.EmailVerificationSubject ?? code.subject,
      email: template?.EmailMessage ?? pool.EmailVerificationMessage ?? code.email,
      sms: template?.SmsMessage ?? pool.SmsVerificationMessage ?? code.sms,
    },
    ...(template?.DefaultEmailOption === "CONFIRM_WITH_LINK" && {
      link: {
        subject: template.EmailSubjectByLink ?? cognitoLinkMessage.subject,
        email: template.EmailMessageByLink ?? cognitoLinkMessage.email,
      },
    }),
    invitation: {
      subject: invitation?.EmailSubject ?? usual.subject,
      email: invitation?.EmailMessage ?? usual.email,
      sms: invitation?.SMSMessage ?? usual.sms,
    },
  };
}
