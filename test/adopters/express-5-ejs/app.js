import express from "express";
import { cognitoSignIn } from "express-cognito-sign-in";
import session from "express-session";

const app = express();
app.set("views", `${import.meta.dirname}/views`);
app.set("view engine", "ejs");
app.use(session({ name: "session", secret: "ours", resave: false, saveUninitialized: true }));
app.use((req, res, next) => {
  req.session.pages = (req.session.pages ?? 0) + 1;
  req.user = "the user of this app";
  res.locals.pages = req.session.pages;
  next();
});

const signIn = cognitoSignIn({
  paths: {
    login: "/members/enter",
    signup: "/members/join",
    callback: "/members/back",
    logout: "/members/leave",
    sessions: "/members/browsers",
    account: false,
  },
  pages: { signedOut: (_req, res, { loginUrl }) => res.render("bye", { loginUrl }) },
});
app.use(signIn);

app.get("/", (req, res) => res.render("index", { user: req.signIn.user, links: linksOf(req) }));
app.get("/orders", signIn.requireUser, (req, res) => res.json({ of: req.signIn.user.email }));
app.use("/drafts", signIn.requireGroup("editors"), (req, res) =>
  res.json({ drafts: [], reader: req.signIn.user.username, user: req.user }),
);
app.get("/sessions", (_req, res) => res.json({ sessions: "of this app" }));
app.get("/account", (_req, res) => res.json({ account: "of this app" }));
app.get("/assets/site.css", (_req, res) => res.type("css").send("/* of this app */"));
app.get("/healthz", (_req, res) => res.json({ health: "of this app" }));

app.use((error, req, res, _next) => {
  const { status, code, message } = error;
  const username = req.signIn.user?.username;
  res.status(status ?? 500).render("error", { code, message, username });
});

function linksOf({ signIn }) {
  const known = signIn.loginUrl({ prompt: "none", returnTo: "/?tried" });
  return { logoutUrl: signIn.logoutUrl, known };
}

const server = app.listen(process.env.PORT);
process.once("SIGTERM", () => server.close(() => signIn.close()));
