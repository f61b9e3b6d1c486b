/** One command: what its help says, and what it does with the words that follow. The number is the exit code. */
export interface Command {
  readonly summary: string
  readonly help: string
  run(args: readonly string[]): Promise<number>
}
