/** Something to be closed, as an opened model or network is. */
type Session = { close(): Promise<void> } | { release(): Promise<void> };

/** Sessions that belong together: they are closed together, also where opening the next one fails. */
export class Sessions {
  private readonly opened: Session[] = [];

  /** What `open` makes of the sessions it adds; those opened by then are closed when it throws. */
  static async open<T>(open: (sessions: Sessions) => Promise<T>): Promise<T> {
    const sessions = new Sessions();
    try {
      return await open(sessions);
    } catch (error) {
      // Why it could not be opened is what matters, whatever else goes wrong now.
      await sessions.close().catch(() => undefined);
      throw error;
    }
  }

  add<S extends Session>(session: S): S {
    this.opened.push(session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.map((session) => ('close' in session ? session.close() : session.release())));
  }
}
