import type { Server } from './server-type.ts'

/** Knows which methods a path has, so that a wrong method is told from a wrong path (405 and 404). */
export class Methods {
  readonly #routes: { readonly pattern: RegExp; readonly method: string }[] = []

  constructor(server: Server) {
    server.addHook('onRoute', ({ url, method }) => {
      const pattern = new RegExp(
        `^${url
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replace(/:[^/]+/g, '[^/]+')
          .replace('*', '.*')}/?$`,
      )
      for (const one of [method].flat()) this.#routes.push({ pattern, method: one })
    })
  }

  /** The methods of the path; none when there is no such path. */
  of(path: string): string[] {
    return [...new Set(this.#routes.filter((route) => route.pattern.test(path)).map((route) => route.method))]
  }
}
