/**
 * `npm run verify`: what is proved rather than tried, in full. `npm test` runs the same within a minute.
 *
 *   npm run verify             everything
 *   npm run verify -- model    this alone
 */
import { verifyModel } from '../test/model/verify.ts'
import { verifyRouting } from '../test/simulation/verify.ts'
import { verifyWalks } from '../test/simulation/verify-walks.ts'
import { verifyProperties } from './verify-properties.ts'

/** Each prints what it found and says whether it holds. */
const ENTRIES: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  model: verifyModel,
  routing: verifyRouting,
  walks: verifyWalks,
  properties: verifyProperties,
}

const words = process.argv.slice(2)
const unknown = words.filter((word) => !Object.hasOwn(ENTRIES, word))
if (unknown.length > 0) {
  console.error(`nothing to verify by that name: ${unknown.join(', ')}; there are ${Object.keys(ENTRIES).join(', ')}`)
  process.exit(2)
}
let holds = true
for (const [name, verify] of Object.entries(ENTRIES)) {
  if (words.length > 0 && !words.includes(name)) continue
  console.log(`${name}:`)
  holds = (await verify()) && holds
}
console.log(holds ? 'all of it holds' : 'NOT all of it holds')
process.exitCode = holds ? 0 : 1
