/** Runs an action once those before it with the same key have ended, well or not; other keys do not wait for it. */
export type InTurn = <Result>(key: string, act: () => Promise<Result>) => Promise<Result>;

/** Turns within this process. */
export function createTurns(): InTurn {
  const latest = new Map<string, Promise<unknown>>();

  return (key, act) => {
    const next = () => act();
    const turn = (latest.get(key) ?? Promise.resolve()).then(next, next);
    const leave = () => {
      if (latest.get(key) === turn) latest.delete(key);
    };
    latest.set(key, turn);
    turn.then(leave, leave);
    return turn;
  };
}
