/** Tells scripts/test.ts what vitest found: one line a file as it ends, and a JSON file with the counts. */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

/** What one run of vitest came to. */
export interface TierCounts {
  passed: number
  failed: number
  /** One line each: title and reason. */
  skipped: string[]
  failures: string[]
}

/** Where the counts go: the environment variable that names the file. */
export const COUNTS_VARIABLE = 'TANDEM_TEST_COUNTS'

/** How a test prints a figure. */
const FIGURE = /^\{"(?:figure|bench)":/

class TierReporter implements Reporter {
  readonly #counts: TierCounts = { passed: 0, failed: 0, skipped: [], failures: [] }

  /** Figures are printed (docs/operations/figures.md says of what); whatever else a test says is of use to who runs it alone. */
  onUserConsoleLog({ content }: { readonly content: string }): void {
    for (const line of content.split('\n')) if (FIGURE.test(line)) console.log(`    ${line}`)
  }

  onTestModuleEnd(module: TestModule): void {
    const path = relative(process.cwd(), module.moduleId)
    for (const error of module.errors()) this.#fail(path, error.stack ?? error.message)
    for (const test of module.children.allTests()) this.#take(path, test)
    const seconds = (module.diagnostic().duration / 1000).toFixed(1)
    const states = [...module.children.allTests()].map((test) => test.result().state)
    const bad = states.filter((state) => state === 'failed').length + module.errors().length
    console.log(
      `  ${bad > 0 ? '✗' : '✓'} ${path} (${states.length} tests, ${seconds} s${bad > 0 ? `, ${bad} failed` : ''})`,
    )
  }

  onTestRunEnd(_: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const error of unhandled) this.#fail('outside any test', error.stack ?? error.message)
    writeFileSync(process.env[COUNTS_VARIABLE] ?? '/dev/null', JSON.stringify(this.#counts))
  }

  #take(path: string, test: TestCase): void {
    const result = test.result()
    if (result.state === 'passed') this.#counts.passed += 1
    else if (result.state === 'skipped')
      this.#counts.skipped.push(`${path}: ${test.fullName}${result.note ? `: ${result.note}` : ''}`)
    else {
      const { lastWords } = test.meta()
      const logs = lastWords ? [`The logs of its systems while it ran:\n${lastWords}`] : []
      this.#fail(`${path}: ${test.fullName}`, [...(result.errors ?? []).map(inWords), ...logs].join('\n'))
    }
  }

  #fail(title: string, problem: string): void {
    this.#counts.failed += 1
    this.#counts.failures.push(`${title}\n${problem}`)
  }
}

function inWords(error: SerializedError & { readonly diff?: string }): string {
  // Lines inside the test runner say nothing about the test.
  const stack = (error.stack ?? error.message).split('\n').filter((line) => !/^\s+at .*node_modules/.test(line))
  return [...stack, error.diff ?? ''].join('\n').trim()
}

export default TierReporter
