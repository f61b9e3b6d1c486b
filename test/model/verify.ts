import { MUTANTS, WHOLE_SEARCHES } from './searches.ts'
import { search } from './spin.ts'

/** What one of the large searches may use. */
const MEMORY_MEGABYTES = 6_000

/** Runs the model in its large sizes and every mutant; prints a line for each. */
export function verifyModel(): boolean {
  let holds = true
  for (const [name, bounds] of Object.entries(WHOLE_SEARCHES)) {
    const startedAt = performance.now()
    const { errors, states, whole } = search(bounds, MEMORY_MEGABYTES, '-O2')
    const good = errors === 0 && whole
    holds &&= good
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    const sizes = Object.entries(bounds.sizes).map(([size, value]) => `${size.toLowerCase()} ${value}`)
    console.log(`  ${good ? 'holds' : 'FAILS'}  ${name}: ${states} states, ${sizes.join(', ')} (${seconds} s)`)
  }
  for (const [mutant, { rule, ...bounds }] of Object.entries(MUTANTS)) {
    const { errors } = search({ ...bounds, mutant })
    holds &&= errors > 0
    console.log(`  ${errors > 0 ? 'found' : 'MISSED'}  without the rule that ${rule}`)
  }
  return holds
}
