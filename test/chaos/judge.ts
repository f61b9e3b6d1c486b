/** `node test/chaos/judge.ts FOLDER`: judges a run that was kept, again. */
import { judge, readSeen } from './checkers/index.ts'

const findings = judge(readSeen(process.argv[2] ?? '.'))
for (const { checker, invariant, who, what } of findings) console.log(`${checker} (${invariant}): ${who} ${what}`)
console.log(`${findings.length} findings`)
process.exitCode = findings.length > 0 ? 1 : 0
