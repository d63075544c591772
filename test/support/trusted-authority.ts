import tls from "node:tls";
import { onTestFinished, vi } from "vitest";

const trusted = new Set<string>();

/** Has this process trust a certificate until the test is over, as NODE_EXTRA_CA_CERTS does, which Node reads when it starts. */
export function trust(certificate: string): void {
  trusted.add(certificate);
  onTestFinished(() => void trusted.delete(certificate));
  if (vi.isMockFunction(tls.createSecureContext)) return;
  const create = tls.createSecureContext;
  const spy = vi
    .spyOn(tls, "createSecureContext")
    .mockImplementation((options) =>
      create({ ...options, ca: [...tls.rootCertificates, ...trusted] }),
    );
  onTestFinished(() => spy.mockRestore());
}
