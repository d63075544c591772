/** Where the pool is served, and who hears of unexpected errors. */
export interface Site {
  origin: string;
  issuer: string;
  report: (error: unknown) => void;
}
