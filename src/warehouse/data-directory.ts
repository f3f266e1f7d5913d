import { join, resolve } from "node:path";

/** Where everything of one deployment lives on disk. */
export interface DataDirectory {
  root: string;
  /** The registry's history; written only by ingest. */
  warehouse: string;
  /** One directory per run: manifest, ledger, the steps' Parquet files. */
  runs: string;
  /** One immutable database per run, and the pointer `current`. */
  published: string;
  /** Trained models by the SHA-256 of their ONNX file. */
  models: string;
  /** Rows that were refused, one Parquet file per load. */
  quarantine: string;
  /** Rows on their way from servers to the warehouse, sealed. */
  spool: string;
  /** Cached matrices of experiments. */
  experiments: string;
  /** What changes of the rules would do: one directory each, and under `facts/` what they were judged by. */
  simulations: string;
}

/** The data directory named, or that of ALDYN_DATA, or `./var`. */
export function dataDirectory(named: string | undefined, environment: NodeJS.ProcessEnv = process.env): DataDirectory {
  const root = resolve(named ?? environment["ALDYN_DATA"] ?? "var");
  return {
    root,
    warehouse: join(root, "warehouse.duckdb"),
    runs: join(root, "runs"),
    published: join(root, "published"),
    models: join(root, "models"),
    quarantine: join(root, "quarantine"),
    spool: join(root, "spool"),
    experiments: join(root, "experiments"),
    simulations: join(root, "simulations"),
  };
}
