// The yardstick of the benchmark of the API: a Fastify route that returns a constant body of so many bytes. Tells its port to its parent.
import Fastify from "fastify";

const app = Fastify();
const body = "x".repeat(Number(process.argv[2]));
app.get("/", async (_, reply) => reply.type("application/json; charset=utf-8").send(body));
await app.listen({ host: "127.0.0.1", port: 0 });
process.send?.(app.server.address().port);
process.on("disconnect", () => process.exit(0));
