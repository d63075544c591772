import type { RequestHandler } from "express";
import { confirmSignUp } from "../accounts/sign-up.ts";
import { PageError } from "../errors.ts";
import { say } from "../messages.ts";
import { attempt } from "./attempt.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { languageOf } from "./language-choice.ts";

/** GET /confirmUser: the link in the mail of a sign-up (CONFIRM_WITH_LINK). It confirms whoever got the mail. */
export function confirmUser(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const { client_id: clientId, user_name: username, confirmation_code: code } = req.query;
    const client = pool.clients.find(clientId);
    if (!client) throw new PageError(400, "errorHeading", "unknownClient");
    const { problem } = await attempt(res, () =>
      confirmSignUp(pool, { client, username: String(username ?? ""), code: String(code ?? "") }),
    );
    if (problem) {
      const title = say(languageOf(req), problem);
      const explanation = say(languageOf(req), "linkNotTaken");
      res.status(400).render("error", { title, explanation });
    } else res.render("confirmed");
  };
}
