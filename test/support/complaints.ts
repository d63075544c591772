let complaints: string[] = [];

/** Notes what no test may do; it fails the test that is under way unless that test takes it. */
export function complain(message: string): void {
  complaints.push(message);
}

/** What the test did so far that no test may do; whatever is not taken fails it. */
export function takeComplaints(): string[] {
  const taken = complaints;
  complaints = [];
  return taken;
}
