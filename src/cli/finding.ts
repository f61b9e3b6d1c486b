/** What one check of `tandem doctor` found: `warn` may do for a while, `fail` will not work. */
export interface Finding {
  readonly result: 'ok' | 'warn' | 'fail'
  readonly what: string
  readonly found: string
}
