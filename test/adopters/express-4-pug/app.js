const { cognitoSignIn } = require("express-cognito-sign-in");
const express = require("express");
const session = require("express-session");

const app = express();
app.set("views", `${__dirname}/views`);
app.set("view engine", "pug");

const signIn = cognitoSignIn();
app.use(signIn);
app.use(session({ secret: "ours", resave: false, saveUninitialized: true }));

app.get("/", (req, res) => {
  req.session.pages = (req.session.pages || 0) + 1;
  const { user, logoutUrl } = req.signIn;
  res.render("index", { user, logoutUrl, pages: req.session.pages });
});
app.get("/orders", signIn.requireUser, (req, res) => res.json({ of: req.signIn.user.email }));
app.get("/drafts", signIn.requireGroup("editors"), (_req, res) => res.json({ drafts: [] }));
const recent = signIn.requireRecentSignIn({ minutes: 10 });
app.get("/danger", recent, (req, res) => res.json({ since: req.signIn.signedInAt }));
app.get("/token", (req, res, next) => {
  req.signIn.accessToken().then(() => res.json({ token: "there" }), next);
});

const server = app.listen(process.env.PORT);
process.once("SIGTERM", () => server.close(() => signIn.close()));
