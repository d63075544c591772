import express, { type NextFunction, type Request, type Response } from "express";
import {
  ConfigError,
  cognitoSignIn,
  type ErrorFacts,
  type SignIn,
  type SignInOptions,
  type User,
} from "express-cognito-sign-in";
import { startUserPool, type TestUserPool } from "express-cognito-sign-in/testing";

const options: SignInOptions = {
  appUrl: "http://localhost:3000",
  userPool: {
    domain: "https://shop.auth.eu-west-1.amazoncognito.com",
    id: "eu-west-1_abcdefghi",
    clientId: "client",
    clientSecret: "secret",
  },
  sessionSecret: ["new", "old"],
  store: { redisUrl: "redis://127.0.0.1:6379" },
  scopes: ["openid", "email"],
  paths: { login: "/enter", sessions: false },
  pages: {
    error: (_req, res, facts: ErrorFacts) => res.status(facts.status).json(facts.message),
    signedOut: (_req, res, { loginUrl }) => res.redirect(loginUrl),
  },
  log: console,
};

function start(): SignIn {
  try {
    return cognitoSignIn(options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Error(error.problems.map(({ setting, remedy }) => `${setting}: ${remedy}`).join());
  }
}

const app = express();
const signIn = start();
app.use(signIn);

app.get("/", (req, res) => {
  const user: User | undefined = req.signIn.user;
  const since: Date | undefined = req.signIn.signedInAt;
  const login: string = req.signIn.loginUrl({ prompt: "none", lang: "de" });
  res.json({ hello: user?.username, groups: user?.groups.length, since, login });
});
app.get("/orders", signIn.requireUser, async (req: Request, res: Response) => {
  const token: string = await req.signIn.accessToken();
  res.json(token.length);
});
app.get("/drafts", signIn.requireGroup("editors"), (_req, res) => void res.end());
app.post("/danger", signIn.requireRecentSignIn({ minutes: 5 }), (_req, res) => void res.end());
app.use((_error: unknown, req: Request, res: Response, _next: NextFunction) => {
  res.json(req.signIn.user?.email);
});

// @ts-expect-error A visitor need not be signed in.
export const email: string = (req: Request) => req.signIn.user.email;
// @ts-expect-error An option that there is not.
export const unknown: SignInOptions = { sesionSecret: "misspelt" };

export async function pool(): Promise<TestUserPool> {
  const started = await startUserPool();
  await signIn.close();
  return started;
}
