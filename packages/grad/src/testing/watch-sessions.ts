import { InferenceSession } from 'onnxruntime-node';
import { vi } from 'vitest';

/** From now on counts the runtime's sessions; what it returns says how many are open. Until `vi.restoreAllMocks`. */
export async function watchSessions(model: Uint8Array): Promise<() => number> {
  const session = await InferenceSession.create(model);
  let open = 1;
  const prototype = Object.getPrototypeOf(session) as InferenceSession;
  const { release } = prototype;
  vi.spyOn(prototype, 'release').mockImplementation(function (this: InferenceSession) {
    open -= 1;
    return release.call(this);
  });
  await session.release();
  const created = vi.spyOn(InferenceSession, 'create');
  const settled = () => created.mock.settledResults.filter(({ type }) => type === 'fulfilled').length;
  return () => open + settled();
}
