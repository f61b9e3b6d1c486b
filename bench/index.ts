/**
 * `npm run bench [-- NAME…]`: runs the benchmarks, each in a process of its own so that none warms the next one up.
 * Each prints one JSON object a line. NAME is a file (`sip-b2bua`), a figure (`sip.b2bua`) or the beginning of either.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

/** What every benchmark beside this file exports. */
interface Benchmark {
  run(print?: (line: string) => void): Promise<void>
}

/** Files beside this one that are no benchmarks. */
const SUPPORT = /^(index|support-.*|.*\.test)\.ts$/

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !SUPPORT.test(file))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort()

const words = process.argv.slice(2)
if (words[0] === '--here' && words[1]) {
  const benchmark = (await import(`./${words[1]}.ts`)) as Benchmark
  await benchmark.run((line) => console.log(line))
} else {
  const chosen = names.filter(
    (name) => words.length === 0 || words.some((word) => name.startsWith(word.replaceAll('.', '-'))),
  )
  if (chosen.length === 0 || words.includes('--help')) {
    console.error(`npm run bench [-- NAME…]: there are ${names.join(', ')}`)
    process.exitCode = words.includes('--help') ? 0 : 2
  }
  for (const name of words.includes('--help') ? [] : chosen) {
    const { status } = spawnSync(process.execPath, [import.meta.filename, '--here', name], { stdio: 'inherit' })
    if (status !== 0) {
      console.error(`${name} ended with ${status}`)
      process.exitCode = 1
    }
  }
}
