import type { Request, Response } from "express";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { grantResponse } from "../oauth/grant-response.ts";
import { refusedToApp } from "../oauth/refused-to-app.ts";
import { postAuthentication } from "../triggers/authentication-triggers.ts";
import type { User } from "../users/user.ts";
import type { HostedUi } from "./hosted-ui.ts";

/** Signs in whoever has done the last step, and returns where the browser takes what the app has asked for. */
export async function grantedSignIn(
  req: Request,
  res: Response,
  pool: HostedUi,
  request: AuthorizationRequest,
  user: User,
): Promise<string> {
  const { client } = request;
  await refusedToApp(request, () => postAuthentication(pool, user, { client }));
  return grantResponse(pool, request, pool.sessions.start(req, res, user));
}
