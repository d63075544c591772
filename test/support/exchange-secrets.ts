import { noteSecret } from "./canary.ts";

/** What of a request and its answer can carry secrets. */
interface SecretBearer {
  location: string | undefined;
  setCookies: string[];
  /** The answer's body. */
  text: string;
  /** The request's form, if it sent one. */
  form: string | undefined;
}

/** Notes every secret that a browser or a client has met in one exchange. */
export function noteSecretsOf({ location, setCookies, text, form }: SecretBearer): void {
  for (const cookie of setCookies) {
    const [, name, value] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? [];
    // Where to go back to is what some libraries keep in one, and every server prints its own address.
    if (!/^https?(?::|%3A)/i.test(value ?? "")) noteSecret(`the cookie ${name}`, value);
  }
  if (location && URL.canParse(location)) {
    const { searchParams } = new URL(location);
    for (const name of ["code", "state", "nonce"]) noteSecret(name, searchParams.get(name));
  }
  for (const [, name, token] of text.matchAll(/"((?:id|access|refresh)_token)":"([^"]+)"/g)) {
    noteSecret(`the ${name}`, token);
  }
  const fields = new URLSearchParams(form);
  for (const name of ["password", "code", "code_verifier"]) {
    noteSecret(`the form's ${name}`, fields.get(name));
  }
}
