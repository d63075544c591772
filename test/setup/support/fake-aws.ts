import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface FakeStack {
  id: string;
  status: string;
  parameters: Record<string, string>;
}

interface FakeEvent {
  id: string;
  resource: string;
  status: string;
  reason?: string;
}

/** What the next calls meet instead of success. */
export interface Script {
  /** An error of the service, by action. */
  refuses?: Record<string, { code: string; message: string }>;
  /** The resource that cannot be made, and why. */
  fails?: { resource: string; reason: string };
}

/** Speaks the two protocols of AWS that setting up needs, and keeps one stack in mind. */
export interface FakeAws {
  url: string;
  stack: FakeStack | undefined;
  /** The template that was sent last. */
  template: string;
  /** Every action so far. */
  actions: string[];
  script: Script;
  /** Makes every stack end after so many questions. */
  questionsPerStep: number;
  /** Puts the stack into a status that lasts for a few questions. */
  begin(status: string): void;
  close(): Promise<void>;
}

export const clientSecret = "fakesecret0123456789fakesecret0123456789fakesecret01";
const resources = ["UserPool", "Domain", "Client"];
const outputs = {
  CognitoDomain: "https://sign-in-1.auth.eu-west-1.amazoncognito.com",
  UserPoolId: "eu-west-1_Ab3dE5gH1",
  ClientId: "4k2nq7example0client1id23",
};

export async function startFakeAws(): Promise<FakeAws> {
  const server = createServer((req, res) => void answer(req, res));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const events: FakeEvent[] = [];
  let proposed: { type: string; parameters: Record<string, string> } | undefined;
  let left = 0;
  let number = 0;

  const fake: FakeAws = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stack: undefined,
    template: "",
    actions: [],
    script: {},
    questionsPerStep: 1,
    begin,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await text(req);
    const target = req.headers["x-amz-target"];
    if (typeof target === "string") return answerJson(res, target.split(".")[1] ?? "");
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    fake.actions.push(action);
    const refusal = fake.script.refuses?.[action];
    if (refusal) return answerError(res, refusal.code, refusal.message);
    const result = actionOf(action, form);
    if (result === undefined) {
      return answerError(res, "ValidationError", "Stack with id sign-in does not exist");
    }
    res.writeHead(200, { "content-type": "text/xml" });
    res.end(
      `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${action}Result>${result}</${action}Result></${action}Response>`,
    );
  }

  function answerJson(res: ServerResponse, action: string): void {
    fake.actions.push(action);
    const refusal = fake.script.refuses?.[action];
    res.writeHead(refusal ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    res.end(
      JSON.stringify(
        refusal
          ? { __type: refusal.code, message: refusal.message }
          : { UserPoolClient: { ClientId: outputs.ClientId, ClientSecret: clientSecret } },
      ),
    );
  }

  function answerError(res: ServerResponse, code: string, message: string): void {
    res.writeHead(/AccessDenied|Token|Unrecognized/.test(code) ? 403 : 400, {
      "content-type": "text/xml",
    });
    res.end(
      `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    );
  }

  /** The inside of the result, or undefined where there is no such stack. */
  function actionOf(action: string, form: URLSearchParams): string | undefined {
    switch (action) {
      case "DescribeStacks":
        step();
        return fake.stack && `<Stacks>${describeStack(fake.stack)}</Stacks>`;
      case "DescribeStackEvents":
        return fake.stack || events.length > 0
          ? `<StackEvents>${[...events].reverse().map(describe).join("")}</StackEvents>`
          : undefined;
      case "CreateChangeSet":
        return propose(form);
      case "DescribeChangeSet":
        return describeChangeSet();
      case "DeleteChangeSet":
        if (fake.stack?.status === "REVIEW_IN_PROGRESS") fake.stack = undefined;
        return "";
      case "ExecuteChangeSet":
        return execute();
      case "DeleteStack":
        begin("DELETE_IN_PROGRESS");
        return "";
      default:
        throw new Error(`Nobody has taught ${action} to this AWS.`);
    }
  }

  function propose(form: URLSearchParams): string {
    fake.template = form.get("TemplateBody") ?? fake.template;
    const parameters: Record<string, string> = {};
    for (let place = 1; form.has(`Parameters.member.${place}.ParameterKey`); place += 1) {
      const key = form.get(`Parameters.member.${place}.ParameterKey`) ?? "";
      const isKept = form.get(`Parameters.member.${place}.UsePreviousValue`) === "true";
      const given = form.get(`Parameters.member.${place}.ParameterValue`) ?? "";
      parameters[key] = isKept ? (fake.stack?.parameters[key] ?? "") : given;
    }
    proposed = { type: form.get("ChangeSetType") ?? "", parameters };
    if (proposed.type === "CREATE") {
      fake.stack = { id: `arn:stack/${++number}`, status: "REVIEW_IN_PROGRESS", parameters: {} };
    }
    return "<Id>arn:change-set/1</Id>";
  }

  function describeChangeSet(): string {
    const inOrder = (parameters: object = {}) => JSON.stringify(Object.entries(parameters).sort());
    const hasChanges = inOrder(proposed?.parameters) !== inOrder(fake.stack?.parameters);
    if (proposed?.type === "UPDATE" && !hasChanges) {
      return "<Status>FAILED</Status><StatusReason>The submitted information didn't contain changes. Submit different information to create a change set.</StatusReason>";
    }
    const action = proposed?.type === "CREATE" ? "Add" : "Modify";
    const changes = (action === "Add" ? resources : ["UserPool"]).map(
      (name) =>
        `<member><Type>Resource</Type><ResourceChange><Action>${action}</Action><LogicalResourceId>${name}</LogicalResourceId><ResourceType>AWS::Cognito::${name}</ResourceType><Replacement>False</Replacement></ResourceChange></member>`,
    );
    return `<Status>CREATE_COMPLETE</Status><Changes>${changes.join("")}</Changes>`;
  }

  function execute(): string {
    const type = proposed?.type ?? "";
    if (fake.stack && proposed) fake.stack.parameters = proposed.parameters;
    begin(`${type}_IN_PROGRESS`);
    return "";
  }

  function begin(status: string): void {
    if (!fake.stack) return;
    fake.stack.status = status;
    left = resources.length * fake.questionsPerStep;
  }

  /** Each question finds one resource further on. */
  function step(): void {
    const { stack } = fake;
    const type = /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.exec(stack?.status ?? "")?.[1];
    if (!stack || !type) return;
    left -= 1;
    const resource =
      resources[resources.length - 1 - Math.floor(left / fake.questionsPerStep)] ?? "";
    const { fails } = fake.script;
    if (fails?.resource === resource) {
      note(resource, `${type}_FAILED`, fails.reason);
      // A pool that is protected already is not taken back.
      const isProtected = stack.parameters.DeletionProtection === "ACTIVE";
      const endings: Record<string, string> = {
        CREATE: isProtected ? "ROLLBACK_FAILED" : "ROLLBACK_COMPLETE",
        UPDATE: "UPDATE_ROLLBACK_COMPLETE",
        DELETE: "DELETE_FAILED",
      };
      stack.status = endings[type] ?? "";
      return;
    }
    note(resource, `${type}_COMPLETE`);
    if (left > 0) return;
    stack.status = `${type}_COMPLETE`;
    if (type === "DELETE") fake.stack = undefined;
  }

  function note(resource: string, status: string, reason?: string): void {
    events.push({ id: String(++number), resource, status, ...(reason && { reason }) });
  }

  function describeStack({ id, status, parameters }: FakeStack): string {
    const members = (pairs: [string, string][], kind: string) =>
      pairs
        .map(
          ([key, value]) =>
            `<member><${kind}Key>${key}</${kind}Key><${kind}Value>${value}</${kind}Value></member>`,
        )
        .join("");
    return `<member><StackId>${id}</StackId><StackName>sign-in</StackName><StackStatus>${status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Parameters>${members(Object.entries(parameters), "Parameter")}</Parameters><Outputs>${members(Object.entries(outputs), "Output")}</Outputs></member>`;
  }

  function describe({ id, resource, status, reason }: FakeEvent): string {
    return `<member><EventId>${id}</EventId><StackId>1</StackId><StackName>sign-in</StackName><LogicalResourceId>${resource}</LogicalResourceId><ResourceStatus>${status}</ResourceStatus>${reason ? `<ResourceStatusReason>${reason}</ResourceStatusReason>` : ""}<Timestamp>2026-01-01T00:00:00Z</Timestamp></member>`;
  }

  return fake;
}
