// Works until it is stopped, and prints what it is told. Arguments: whether it ends when hurried, and its patience in seconds.
import { untilStopped } from "../../src/cli/until-stopped.ts";

const [endsWhenHurried, patienceSeconds] = process.argv.slice(2);
const alive = setInterval(() => undefined, 1000);
const stopped = untilStopped((isHurried) => {
  process.stdout.write(isHurried ? "hurried\n" : "stopping\n");
  return isHurried && endsWhenHurried === "true" ? Promise.resolve() : new Promise(() => undefined);
}, Number(patienceSeconds));
process.stdout.write("up\n");
await stopped;
clearInterval(alive);
