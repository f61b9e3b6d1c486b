/** The same days and walks each time, so that `npm test` says the same of the same tree; `npm run verify -- walks` takes new ones, and many more of them. */
export const SIMULATION_SEED = Number(process.env['TANDEM_SIMULATION_SEED'] ?? 20_261_127)

/** Walks of a few steps find what there is; the number is for a time that nobody minds. */
export const WALKS = Number(process.env['TANDEM_SIMULATION_WALKS'] ?? 60)
