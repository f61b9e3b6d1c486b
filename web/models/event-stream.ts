/** The server-sent events of an answer, each as what it carries; ends when the server ends it, fails when it is cut. */
export async function* eventsOf<T>(response: Response): AsyncGenerator<T, void, undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    text += value
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '))
      if (data) yield JSON.parse(data.slice(6)) as T
    }
  }
}
