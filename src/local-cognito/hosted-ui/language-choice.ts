import type { Request, RequestHandler } from "express";
import { assumptions } from "../assumptions.ts";
import { readCookie, setCookie } from "../browser/cookies.ts";
import { type Language, languages } from "../messages.ts";

const cookieName = "lang";

/** Keeps the language that `?lang=` asks for in a cookie, for the pages that come without the parameter. */
export const rememberLanguage: RequestHandler = (req, res, next) => {
  const { lang } = req.query;
  if (isLanguage(lang) && readCookie(req, cookieName) !== lang) {
    setCookie(res, cookieName, lang, assumptions.languageCookieLifetimeMs);
  }
  next();
};

/** The language of a page: what the address asks for, or else the cookie; English where we do not have that one. */
export function languageOf(req: Request): Language {
  if (req.originalUrl.startsWith("/_local")) return "en";
  const chosen = req.query.lang ?? readCookie(req, cookieName) ?? languageOfBrowser(req);
  return isLanguage(chosen) ? chosen : "en";
}

function languageOfBrowser(req: Request): string | undefined {
  if (!assumptions.asksBrowserForLanguage) return undefined;
  return req.acceptsLanguages(Object.keys(languages)) || undefined;
}

function isLanguage(tag: unknown): tag is Language {
  return typeof tag === "string" && Object.hasOwn(languages, tag);
}
