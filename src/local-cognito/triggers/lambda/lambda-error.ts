/** What Lambda tells its caller of a function that failed. */
export interface LambdaError {
  errorType: string;
  errorMessage: string;
  /** Of the error in the function, for the terminal; Cognito does not pass it on. */
  stack?: string;
}

/** Describes whatever a function threw, rejected with or handed to its callback, as Lambda's Node runtime does. */
export function asLambdaError(thrown: unknown): LambdaError {
  if (isErrorLike(thrown)) {
    const { name, message, stack } = thrown;
    return { errorType: name, errorMessage: message, ...(stack !== undefined && { stack }) };
  }
  return { errorType: typeof thrown, errorMessage: textOf(thrown) };
}

/** Errors of another realm, or of a library that makes its own, are none by `instanceof`. */
function isErrorLike(value: unknown): value is Error {
  if (value instanceof Error) return true;
  const { name, message } = (value ?? {}) as Partial<Error>;
  return typeof name === "string" && typeof message === "string";
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack";
  }
}
