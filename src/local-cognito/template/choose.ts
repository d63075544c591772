import { PoolFileError } from "../pool/pool-file.ts";
import { isOnThisMachine } from "../pool/registered-urls.ts";
import type { Findings } from "./findings.ts";
import type { TemplateOptions } from "./options.ts";
import type { Resource } from "./resources/read-resources.ts";
import { ofType } from "./resources/read-resources.ts";

type Pool = Resource<"AWS::Cognito::UserPool">;
type Client = Resource<"AWS::Cognito::UserPoolClient">;

/** The pool that is simulated and what belongs to it; the first client is the one that the app uses. */
export interface Choice {
  /** Undefined where the templates have none, since theirs is made elsewhere. */
  pool: Pool | undefined;
  clients: Client[];
  /** Everything else that belongs to the pool. */
  parts: Resource[];
  /** What belongs to other pools, those among them. */
  others: Resource[];
}

/** Chooses by the names that are given, or else the first pool that an app can sign in to. */
export function choose(
  resources: Resource[],
  options: TemplateOptions,
  findings: Findings,
): Choice {
  const pools = ofType("AWS::Cognito::UserPool", resources);
  const allClients = ofType("AWS::Cognito::UserPoolClient", resources);
  if (pools.length === 0 && allClients.length === 0) {
    throw new PoolFileError(["Resources: there is no AWS::Cognito::UserPool."]);
  }
  const named = options.client === undefined ? undefined : findNamed(allClients, "client", options);
  const pool = choosePool();
  const belongs = (part: Resource) => belongsTo(part, pool, pools);
  const clients = allClients.filter(belongs);
  const first = named ?? appClient(clients, options);
  if (first && !clients.includes(first)) {
    throw new PoolFileError([
      `--client: ${first.name} is a client of another pool than ${pool?.name}.`,
    ]);
  }
  const parts = resources.filter(
    (part) => part !== pool && !pools.includes(part as Pool) && !isClient(part) && belongs(part),
  );
  const used = new Set<Resource>([...(pool ? [pool] : []), ...clients, ...parts]);
  tellWhatIsLeft();
  return {
    pool,
    clients: first ? [first, ...clients.filter((client) => client !== first)] : [],
    parts,
    others: resources.filter((resource) => !used.has(resource)),
  };

  function choosePool(): Pool | undefined {
    if (options.pool !== undefined) return findNamed(pools, "pool", options);
    const ofClient = pools.find(({ name }) => name === named?.properties.UserPoolId);
    const withApp = pools.find((pool) => allClients.some((one) => isApp(one, pool)));
    return ofClient ?? withApp ?? pools[0];
  }

  function isApp(client: Client, pool: Pool): boolean {
    return hasCodeFlow(client) && belongsTo(client, pool, pools);
  }

  function tellWhatIsLeft(): void {
    for (const { name } of pools) {
      if (name === pool?.name) continue;
      findings.warn(
        `Resources.${name}`,
        `is left out: local Cognito has one pool at a time, which is ${pool?.name}. --pool ${name} chooses it.`,
      );
    }
    for (const part of pool ? [...clients, ...parts] : []) {
      const id = poolIdOf(part);
      if (id === undefined || id === pool?.name) continue;
      findings.warn(
        `${part.path}.UserPoolId`,
        `names ${id}, which is none of the pools here; ${pool?.name} is taken for it.`,
      );
    }
  }
}

/** What names a pool belongs to it; what names one that is not here belongs to the one that is. */
function belongsTo(part: Resource, pool: Pool | undefined, pools: Pool[]): boolean {
  const id = poolIdOf(part);
  return id === pool?.name || !pools.some(({ name }) => name === id);
}

function poolIdOf({ properties }: Resource): string | undefined {
  const { UserPoolId: id } = properties as { UserPoolId?: unknown };
  return typeof id === "string" ? id : undefined;
}

function isClient(resource: Resource): resource is Client {
  return resource.type === "AWS::Cognito::UserPoolClient";
}

/** The first that can do the code flow, if possible to the app, or else to this machine. */
function appClient(clients: Client[], { callbackUrls = [] }: TemplateOptions): Client | undefined {
  const withCode = clients.filter(hasCodeFlow);
  const leadsTo = (isWanted: (url: string) => boolean) =>
    withCode.find(({ properties: { CallbackURLs = [] } }) => CallbackURLs.some(isWanted));
  return (
    leadsTo((url) => callbackUrls.includes(url)) ??
    leadsTo(isOnThisMachine) ??
    withCode[0] ??
    clients[0]
  );
}

function hasCodeFlow({ properties }: Client): boolean {
  const { AllowedOAuthFlowsUserPoolClient, AllowedOAuthFlows = [] } = properties;
  return AllowedOAuthFlowsUserPoolClient === true && AllowedOAuthFlows.includes("code");
}

function findNamed<Found extends Resource>(
  resources: Found[],
  flag: "pool" | "client",
  { [flag]: name }: TemplateOptions,
): Found {
  const found = resources.find((resource) => resource.name === name);
  if (found) return found;
  const names = resources.map((resource) => resource.name).join(", ") || "none";
  throw new PoolFileError([`--${flag}: there is no ${flag} ${name}; there is ${names}.`]);
}
