import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../tidy/source-tree.ts'

/** What the word after the three backticks asks for: run it, keep it running, write it to a file, or find it in what was printed last. */
export type Fence =
  | { readonly kind: 'run' | 'start' | 'printed'; readonly text: string; readonly section: string }
  | { readonly kind: 'file'; readonly file: string; readonly text: string; readonly section: string }

const FENCE = /^```(\S*)(?: ([^\n]*))?\n([\s\S]*?)^```$/gm

/**
 * The fenced blocks of a page in order, each with the second-level heading it stands under. `sh` is run, `sh start` runs until the test ends,
 * `text` and `json` are what the block before prints (… stands for anything), and with a word after it, such as `json flow.json`, a block is
 * the content of that file.
 */
export function fencesOf(page: string): Fence[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(FENCE)].map(({ 1: language = '', 2: more, 3: body = '', index }) => {
    const section = [...text.slice(0, index).matchAll(/^## (.*)$/gm)].at(-1)?.[1] ?? ''
    if (language === 'sh') return { kind: more === 'start' ? 'start' : 'run', text: body, section }
    if (more !== undefined) return { kind: 'file', file: more, text: body, section }
    return { kind: 'printed', text: body, section }
  })
}

/** Lines of the example that the output does not have, in this order; … in a line stands for anything, also for nothing. */
export function missingLines(example: string, output: string): string[] {
  const lines = output.split('\n').map((line) => line.trim())
  let at = 0
  return example
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '…')
    .filter((line) => {
      const pattern = new RegExp(`^${line.split('…').map(literally).join('.*')}$`)
      const found = lines.findIndex((one, index) => index >= at && pattern.test(one))
      if (found >= 0) at = found + 1
      return found < 0
    })
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ +/g, ' +')
}
