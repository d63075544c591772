/** A window of a browser, as far as both WebDriver and WebDriver BiDi can move it. */
export interface BrowserWindow {
  /** Loads an address, and waits until the page is there. */
  open(address: string): Promise<void>;
  /** What a JavaScript expression comes to in the page, as JSON; throws while one page gives way to the next. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Moves mouse and keys as a person does, by https://www.w3.org/TR/webdriver2/#actions */
  perform(sources: object[]): Promise<void>;
  /** Warnings and errors of the console so far; none where the engine does not tell. */
  complaints: string[];
}

/** One of the engines, and the programs that it needs. */
export interface Engine {
  name: string;
  /** How its users find it on the page of their account. */
  description: string;
  programs: string[];
  /** Starts the browser, and ends it with the test. */
  openWindow(): Promise<BrowserWindow>;
}
