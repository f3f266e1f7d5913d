import type { Views } from "./memory.ts";

/** One of the threads of a fit. All do the same work in the same order, each on its own rows or features, and meet in between. */
export interface Crew {
  thread: number;
  threads: number;
  /** Waits until every thread has come here. */
  meet(): void;
}

const [arrived, meeting, failed] = [0, 1, 2];
/** Looks at the meeting's number so often before it sleeps. */
const looks = 4_000;

/** Thrown in the threads that wait when another one has failed. */
export class CrewFailed extends Error {}

export function joinCrew({ control }: Views, thread: number, threads: number): Crew {
  const meet = () => {
    const now = Atomics.load(control, meeting);
    if (Atomics.add(control, arrived, 1) === threads - 1) {
      Atomics.store(control, arrived, 0);
      Atomics.add(control, meeting, 1);
      Atomics.notify(control, meeting);
      return;
    }
    for (let look = 0; look < looks; look++) if (Atomics.load(control, meeting) !== now) return;
    while (Atomics.load(control, meeting) === now) {
      if (Atomics.load(control, failed) === 1) throw new CrewFailed("a thread of the fit failed");
      Atomics.wait(control, meeting, now, 500);
    }
  };
  return { thread, threads, meet: threads === 1 ? () => undefined : meet };
}

/** Lets the threads that wait know that no one will come. */
export function leaveCrew({ control }: Views): void {
  Atomics.store(control, failed, 1);
  Atomics.notify(control, meeting);
}
