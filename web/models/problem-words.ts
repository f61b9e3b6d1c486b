import type { Translate } from './why-text.ts'

/** What the server says of a wrong value, and the words of the catalogue for it; what stands in brackets is filled in. */
const PROBLEMS: readonly (readonly [RegExp, key: string, ...names: string[]])[] = [
  [/^Too small: expected string .*>=1 /, 'problem.missing'],
  [/^Too big: .*<=? ?(-?[\d.]+)/, 'problem.tooBig', 'most'],
  [/^Too small: .*>=? ?(-?[\d.]+)/, 'problem.tooSmall', 'least'],
  [/^Invalid input: expected/, 'problem.missing'],
  [/^Invalid option/, 'problem.noOption'],
  [/^there is no [\w-]+ "(.*)"$/, 'problem.noSuch', 'name'],
  [/^would leave nobody who may change the configuration$/, 'problem.nobodyLeft'],
  [/^is no sound that was uploaded/, 'problem.noSound'],
  [/^the sound is not here/, 'problem.soundGone'],
  [/^is not the name of a prompt/, 'problem.noPrompt'],
  [/^is not a name/, 'problem.noName'],
  [/^is not an extension/, 'problem.noExtension'],
  [/is the extension of (.+)$/, 'problem.extensionOf', 'name'],
  [/^(\d+) is a listed number$/, 'problem.listed', 'number'],
  [/^is the queue itself$/, 'problem.itself'],
  [/^is more than ".*" can be: (.+)$/, 'problem.tooBig', 'most'],
]

/** A problem in the reader's language; one that the page does not know is said as the server says it. */
export function problemInWords(problem: string, t: Translate): string {
  for (const [pattern, key, ...names] of PROBLEMS) {
    const found = pattern.exec(problem)
    if (found) return t(key, Object.fromEntries(names.map((name, index) => [name, found[index + 1]])))
  }
  return problem
}
