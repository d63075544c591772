import { AppError } from "../sign-in/errors.ts";

/** The question's answer, or why there is none, as the end of a sentence that begins with the host's name. */
export async function answerOrReason<Answer>(
  question: Promise<Answer>,
): Promise<{ answer: Answer } | { reason: string; remedy: string }> {
  try {
    return { answer: await question };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return explain(error);
  }
}

const explanations: [RegExp, string, string][] = [
  [
    /^ERR_PROXY_/,
    "cannot be reached: the proxy of HTTPS_PROXY opens no way to it",
    "Correct HTTPS_PROXY, or have the proxy let this machine through to that host.",
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    "does not resolve",
    "Correct the name, or see whether this machine's name service works.",
  ],
  [/ECONNREFUSED/, "refuses connections", "Correct host and port."],
  [
    /CERT|SELF_SIGNED|VERIFY|HOSTNAME/,
    "shows a certificate that this machine does not trust",
    "See whether a proxy stands between and reads along; trust an authority of your own by NODE_EXTRA_CA_CERTS.",
  ],
  [/EPROTO|SSL/, "does not speak TLS there", "Correct the scheme or the port."],
];

function explain({ reason = "", details = {} }: AppError): { reason: string; remedy: string } {
  const code = String(details.networkError ?? "");
  const known = explanations.find(([pattern]) => pattern.test(code));
  if (known) return { reason: known[1], remedy: known[2] };
  return {
    reason: `does not answer (${reason}${code ? `, ${code}` : ""})`,
    remedy: "See whether a firewall or a proxy (HTTPS_PROXY) is in the way, and try again.",
  };
}
