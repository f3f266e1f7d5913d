import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A maker of certificates of our own, and what it made: paths of PEM files. */
export interface Certificates {
  ca: string;
  /** Makes a certificate for a server (`DNS:` and `IP:` names) or a client, signed by the maker. */
  sign(name: string, alternatives?: string): { cert: string; key: string };
}

/** Makes a certificate authority in a directory, with openssl. */
export function makeCertificates(directory: string): Certificates {
  mkdirSync(directory, { recursive: true });
  const at = (file: string) => join(directory, file);
  const openssl = (...words: string[]) => execFileSync("openssl", words, { stdio: ["ignore", "ignore", "pipe"] });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...curve, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-subj", "/CN=test authority", "-days", "2");
  return {
    ca: at("ca.pem"),
    sign(name, alternatives) {
      const [cert, key, request, extension] = [at(`${name}.pem`), at(`${name}.key`), at(`${name}.csr`), at(`${name}.ext`)] as const;
      openssl("req", "-new", ...curve, "-keyout", key, "-out", request, "-subj", `/CN=${name}`);
      writeFileSync(extension, alternatives === undefined ? "basicConstraints=CA:FALSE\n" : `subjectAltName=${alternatives}\n`);
      const signed = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", extension];
      openssl("x509", "-req", "-in", request, "-out", cert, ...signed);
      return { cert, key };
    },
  };
}
