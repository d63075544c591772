import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { type Certificate, issueCertificate } from "../../support/certificates.ts";

/** Ends TLS in front of a server on loopback. */
export interface TlsFront {
  port: number;
  /** Ends every connection, and takes new ones from `comeBack` on. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

export type Credentials = "good" | "self-signed" | "expired" | "wrong host";

/** Starts a front with a certificate of that kind. */
export async function openTlsFront(
  serverPort: number,
  credentials: Credentials = "good",
): Promise<TlsFront> {
  const sockets = new Set<TLSSocket>();
  const server = createServer(certificates()[credentials], (client) => {
    const inner = connect(serverPort, "127.0.0.1");
    sockets.add(client);
    client.on("close", () => sockets.delete(client));
    client.on("error", () => inner.destroy()).pipe(inner);
    inner.on("error", () => client.destroy()).pipe(client);
  });
  // A client that turns away from a bad certificate is what this is for.
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async goDown() {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    },
    async comeBack() {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
  };
}

let issued: Record<Credentials, Certificate> | undefined;

/** All signed by the authority that this process was told to trust, but for the one that nobody signed. */
function certificates(): Record<Credentials, Certificate> {
  const { FAULTS_AUTHORITY = "" } = process.env;
  const issuer = { ...(JSON.parse(readFileSync(FAULTS_AUTHORITY, "utf8")) as Certificate), name };
  const hosts = ["*.pool.test"];
  issued ??= {
    good: issueCertificate({ hosts, issuer }),
    "self-signed": issueCertificate({ hosts }),
    expired: issueCertificate({ hosts, issuer, validDays: [-3, -1] }),
    "wrong host": issueCertificate({ hosts: ["*.elsewhere.test"], issuer }),
  };
  return issued;
}

const name = "authority of the fault matrix";

/** What `certificates` are signed by: for a process that gets its certificate as NODE_EXTRA_CA_CERTS. */
export function createAuthority(): Certificate {
  return issueCertificate({ hosts: [name], isAuthority: true });
}
