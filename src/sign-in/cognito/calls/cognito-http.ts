import { Agent as HttpAgent } from "node:http";
import type { AxiosInstance } from "axios";
import { AppError } from "../../errors.ts";

/** An answer as it came: nothing is parsed or judged yet. */
export interface CognitoResponse {
  status: number;
  body: string;
  contentType: string;
  retryAfter: string | undefined;
  /** Where the answer would send a browser; the app itself follows nothing. */
  location: string | undefined;
  /** When the other side says that it answered, by its own clock. */
  date: string | undefined;
}

export interface CognitoHttp {
  get(url: string): Promise<CognitoResponse>;
  postForm(
    url: string,
    form: Record<string, string>,
    options: { authorization: string; deadlineMs?: number },
  ): Promise<CognitoResponse>;
  /** One operation of the user pool's own JSON API (AWS JSON 1.1). */
  postOperation(url: string, operation: string, input: object): Promise<CognitoResponse>;
}

const maxBodyBytes = 256 * 1024;
/** Unused connections are closed after four seconds: the other side may close them at five, and would cut off a request sent just then. */
const unusedMs = 4_000;

/**
 * The one way out to Cognito: a total deadline in milliseconds, a cap on the body, no redirects
 * (TE-3: 307 would send code and secret elsewhere), no retries, connections kept alive.
 * Throws AppError `cognito_unreachable`, or `cognito_answer_invalid` where the answer is too large.
 */
export function createCognitoHttp({ deadlineMs }: { deadlineMs: number }): CognitoHttp {
  let instance: Promise<AxiosInstance> | undefined;

  async function request(options: {
    method: "get" | "post";
    url: string;
    data?: string;
    headers?: Record<string, string>;
    deadlineMs?: number | undefined;
  }): Promise<CognitoResponse> {
    instance ??= createInstance(deadlineMs);
    const { deadlineMs: ownDeadlineMs = deadlineMs, ...rest } = options;
    try {
      const answer = await (await instance).request<string>({
        ...rest,
        // axios counts silence; only a signal ends an answer that drips for ever (TE-4).
        signal: AbortSignal.timeout(ownDeadlineMs),
      });
      const header = (name: string) => textOr(answer.headers[name], undefined);
      return {
        status: answer.status,
        body: answer.data,
        contentType: header("content-type") ?? "",
        retryAfter: header("retry-after"),
        location: header("location"),
        date: header("date"),
      };
    } catch (error) {
      throw explain(error, options.url);
    }
  }

  return {
    get: (url) => request({ method: "get", url }),
    postForm: (url, form, { authorization, deadlineMs: ownDeadlineMs }) =>
      request({
        method: "post",
        url,
        data: new URLSearchParams(form).toString(),
        headers: {
          authorization,
          "content-type": "application/x-www-form-urlencoded",
        },
        deadlineMs: ownDeadlineMs,
      }),
    postOperation: (url, operation, input) =>
      request({
        method: "post",
        url,
        data: JSON.stringify(input),
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
        },
      }),
  };
}

/** axios costs a third of the start-up time, so it is loaded with the first call. */
async function createInstance(deadlineMs: number): Promise<AxiosInstance> {
  const [{ default: axios }, { TunnelAgent }] = await Promise.all([
    import("axios"),
    import("./tunnel-agent.ts"),
  ]);
  return axios.create({
    adapter: "http",
    maxRedirects: 0,
    maxContentLength: maxBodyBytes,
    responseType: "text",
    transformResponse: [(body: string) => body],
    validateStatus: () => true,
    // A compressed answer could be a thousand times larger than it looks (TE-5), so none is asked for or unpacked.
    decompress: false,
    headers: { accept: "application/json", "accept-encoding": "identity" },
    // The agent for https goes through HTTPS_PROXY; plain http is on this machine, and no proxy's business (CF-6).
    proxy: false,
    httpAgent: new HttpAgent({ keepAlive: true, timeout: unusedMs }),
    httpsAgent: new TunnelAgent({ keepAlive: true, timeout: unusedMs, deadlineMs }),
  });
}

function explain(error: unknown, url: string): AppError {
  const code = codeOf(error);
  const details = { endpoint: url, networkError: code };
  if (isTooLarge(error)) {
    return new AppError("cognito_answer_invalid", { reason: "the answer is too large", details });
  }
  if (code.startsWith("ERR_PROXY_")) {
    return new AppError("cognito_unreachable", { reason: "the proxy opened no tunnel", details });
  }
  if (isAboutCertificate(code)) {
    const reason = "its certificate is not one that we trust";
    return new AppError("cognito_unreachable", { reason, details, status: 502 });
  }
  const reason =
    code === "ERR_CANCELED" ? "no complete answer within the deadline" : "no connection";
  return new AppError("cognito_unreachable", { reason, details });
}

/** axios has one code for this and for a connection that breaks off, which says nothing about size. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("maxContentLength");
}

/** OpenSSL's words for a chain that leads nowhere, a time that is over, and another host's name (TE-7). */
function isAboutCertificate(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH/.test(code);
}

/** The code alone: the error itself carries the request, and with it the client secret. */
function codeOf(error: unknown): string {
  return textOr((error as { code?: unknown }).code, "unknown");
}

function textOr<Fallback>(value: unknown, fallback: Fallback): string | Fallback {
  return typeof value === "string" ? value : fallback;
}
