// Load one engine with its rules, answer for the first patient, then do what is asked line by line: see worker.py.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const NAMING = { option: ["therapy"], unknown: ["about", "name"] };

function nameOf(kind, row) {
  const parts = (NAMING[kind] ?? ["name"]).map((attribute) => row[attribute]);
  return parts.includes(undefined) ? null : parts.join(" ");
}

function byName(facts) {
  const found = {};
  for (const [kind, rows] of Object.entries(facts)) {
    const names = (found[kind] = {});
    for (const row of rows) {
      const name = nameOf(kind, row);
      if (name !== null) (names[name] ??= []).push(row);
    }
  }
  return found;
}

class JsonLogic {
  static async load(path) {
    const { LogicEngine } = await import("json-logic-engine");
    const engine = new LogicEngine();
    const self = new JsonLogic();
    self.rules = JSON.parse(readFileSync(path, "utf8")).map((logic) => engine.build(logic));
    return self;
  }

  judge(text) {
    const every = JSON.parse(text);
    const data = { every, named: byName(every) };
    const held = [];
    this.rules.forEach((rule, number) => {
      const result = typeof rule === "function" ? rule(data) : rule;
      if (result === true) held.push([number, []]);
      else if (result) for (const id of result) held.push([number, [id]]);
    });
    return held;
  }
}

class Cql {
  static async load(path) {
    const { default: cql } = await import("cql-execution");
    const self = new Cql();
    self.cql = cql;
    self.library = new cql.Library(JSON.parse(readFileSync(path, "utf8")));
    self.executor = new cql.Executor(self.library);
    self.rules = Object.keys(self.library.expressions).filter((name) => name.startsWith("r"));
    return self;
  }

  async judge(text) {
    const patients = [new Patient(JSON.parse(text), this.cql)];
    const source = { currentPatient: () => patients[0], nextPatient: () => (patients.shift(), patients[0]) };
    const { patientResults } = await this.executor.exec(source);
    const held = [];
    for (const name of this.rules)
      for (const ids of patientResults.patient[name]) held.push([Number(name.slice(1)), ids]);
    return held;
  }
}

// A patient as cql-execution asks for one. A fact has one code, and what holds the facts looks them up by it.
class Patient {
  id() {
    return "patient";
  }

  constructor(facts, cql) {
    for (const [kind, rows] of Object.entries(facts))
      for (const row of rows) {
        const name = nameOf(kind, row);
        const code = name === null ? null : new cql.Code(name, "urn:calcinosis-kb:words");
        Object.defineProperty(row, "getCode", { value: () => code });
      }
    this.facts = facts;
    this.named = byName(facts);
  }

  findRecords(kind, { codes }) {
    if (codes === undefined) return this.facts[kind] ?? [];
    return codes.flatMap(({ code }) => this.named[kind]?.[code] ?? []);
  }
}

const [engineName, rulesPath, patientsPath] = process.argv.slice(2);
const write = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");
const seconds = () => performance.now() / 1000;

const started = seconds();
const engine = await { cql: Cql, "json-logic": JsonLogic }[engineName].load(rulesPath);
const loaded = seconds();
const text = readFileSync(patientsPath, "utf8");
await engine.judge(text.slice(0, text.indexOf("\n")));
write({ load: loaded - started });

const patients = text.trimEnd().split("\n");
for await (const line of createInterface({ input: process.stdin })) {
  const { judge, time, budget } = JSON.parse(line);
  if (judge) {
    const answers = [];
    for (const index of judge) answers.push(await engine.judge(patients[index]));
    write({ firings: answers });
  } else {
    const begin = seconds();
    let judged = 0;
    do await engine.judge(patients[time[judged++ % time.length]]);
    while (seconds() - begin < budget);
    write({ judged, seconds: seconds() - begin });
  }
}
