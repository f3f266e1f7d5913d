import { projectFile } from "../../src/domain/project-files.ts";
import { readDeployment } from "../../src/parameters/deployment.ts";
import { changeOf } from "../../src/simulation/change.ts";
import { simulationDesk } from "../../src/simulation/desk.ts";
import { dataDirectory } from "../../src/warehouse/data-directory.ts";

// Asks a desk for the simulation of a change (JSON), prints what it answers, and kills itself.
// Arguments: data directory, day, change.
const [root, day, change] = process.argv.slice(2) as [string, string, string];
const deployment = readDeployment(projectFile("models/deployment.yaml"));
const asked = { data: dataDirectory(root), deployment, change: changeOf("change", JSON.parse(change)), place: "change" };
const answer = await simulationDesk().begin({ ...asked, days: [day], sample: 1, threads: 1 });
process.stdout.write(JSON.stringify(answer), () => process.kill(process.pid, "SIGKILL"));
