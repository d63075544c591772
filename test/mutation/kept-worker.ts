import {
  type PoolOptions,
  type PoolRunnerInitializer,
  ThreadsPoolWorker,
  type WorkerRequest,
} from "vitest/node";

/**
 * One worker for many mutants: to load Express, jose and the tests anew for each takes ten times as long as to run
 * them. A mutant in code that runs while modules load gets a worker of its own, which loads them.
 */
export const keptWorkerPool: PoolRunnerInitializer = {
  name: "kept-worker",
  createPoolWorker(options) {
    const provided = options.project.getProvidedContext() as { mutantActivation?: string };
    if (provided.mutantActivation === "static") return new ThreadsPoolWorker(options);
    kept ??= new KeptWorker(options);
    return kept;
  },
};

let kept: KeptWorker | undefined;

/** Outlives the run that it was started for, and tells that run otherwise. */
class KeptWorker extends ThreadsPoolWorker {
  #isStarted = false;

  constructor(options: PoolOptions) {
    super(options);
    Object.assign(this, { name: keptWorkerPool.name });
  }

  override async start(): Promise<void> {
    if (!this.#isStarted) await super.start();
    this.#isStarted = true;
  }

  override send(message: WorkerRequest): void {
    const stopped = { type: "stopped", __vitest_worker_response__: true };
    if (message.type === "stop") this.#listeners().emit("message", stopped);
    else super.send(message);
  }

  override async stop(): Promise<void> {
    for (const event of ["message", "error", "exit"]) this.#listeners().removeAllListeners(event);
  }

  #listeners(): NodeJS.EventEmitter {
    return (this as unknown as { thread: NodeJS.EventEmitter }).thread;
  }
}
