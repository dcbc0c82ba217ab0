import './testing/words.test.fixture.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inArray } from 'drizzle-orm';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnEachDatabase } from './platform/testing/each-database.test.fixture.js';
import { runLogs } from './runs/tables.js';
import { openServer, type Server } from './server.js';
import { prunePredictions } from './serving/prediction-log.js';
import { predictions } from './serving/tables.js';
import { type Answer, formOf, type Send, sender } from './testing/http.test.fixture.js';
import { addTestData, testModules } from './testing/loop.test.fixture.js';
import { bomb, halves, scriptedSvg } from './testing/pictures.test.fixture.js';

describeOnEachDatabase('the loop over HTTP', (holder) => {
  let directory: string;
  let server: Server;
  let send: Send;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitrine-learning-'));
    server = await openServer({
      dataDir: directory,
      databaseUrl: holder.options.url,
      listen: false,
      sampleShop: false,
      requestsPerMinute: 0,
      logLevel: 'error',
      taskModules: testModules,
    });
    await addTestData(server.context, directory);
    send = sender(server);
    await send('POST', '/categories', { code: 'shirts', name: 'Shirts' });
    await send('POST', '/categories', { code: 'boots', name: 'Boots' });
  });
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const finished = async (id: unknown): Promise<Answer['body']> => {
    for (;;) {
      const { body } = await send('GET', `/runs/${id}`);
      if (body.state !== 'queued' && body.state !== 'running') return body;
      await sleep(100);
    }
  };
  const refusal = ({ status, body }: Answer) => [status, body.error?.code];

  test('before any model, a prediction says how to get one', async () => {
    const answer = await send('POST', '/predict/classify', { title: 'boot' });
    expect(refusal(answer)).toEqual([409, 'model.none']);
    expect(answer.body.error?.message).toContain('promote');
  });

  describe('photos', () => {
    const upload = (bytes: Buffer) => send('POST', '/images', formOf({ image: bytes }));

    test('a photo is stored once, and comes back resized as WebP, for ever cacheable', async () => {
      const bytes = await (await halves(400, 200)).jpeg().toBuffer();
      const first = await upload(bytes);
      expect(first).toMatchObject({ status: 201, body: { width: 400, height: 200 } });
      expect((await upload(bytes)).body.hash).toBe(first.body.hash);
      const small = await send('GET', `/images/${first.body.hash}?size=96`);
      expect(small).toMatchObject({ status: 200, headers: { 'content-type': 'image/webp' } });
      expect(small.headers['cache-control']).toContain('immutable');
      expect(await sharp(small.raw).metadata()).toMatchObject({ width: 96, height: 48, format: 'webp' });
      const again = await send('GET', `/images/${first.body.hash}?size=96`, undefined, {
        'if-none-match': String(small.headers.etag),
      });
      expect(again.status).toBe(304);
    });

    test('the stored photo itself is there for whoever wants all its pixels', async () => {
      const { body } = await upload(await (await halves(400, 200)).jpeg().toBuffer());
      const original = await send('GET', `/images/${body.hash}/original`);
      expect(original).toMatchObject({ status: 200, headers: { 'content-type': 'image/jpeg' } });
      expect(original.raw.length).toBe(body.bytes);
      expect(refusal(await send('GET', `/images/${'0'.repeat(64)}/original`))).toEqual([404, 'image.unknown']);
    });

    test('an EXIF-rotated photo comes upright and without its metadata', async () => {
      const rotated = await (await halves(64, 32)).withMetadata({ orientation: 6 }).jpeg().toBuffer();
      const { body } = await upload(rotated);
      expect(body).toMatchObject({ width: 32, height: 64 });
      const { raw } = await send('GET', `/images/${body.hash}`);
      const { data } = await sharp(raw).greyscale().raw().toBuffer({ resolveWithObject: true });
      expect(data[16]).toBeLessThan(60);
      expect(data[63 * 32 + 16]).toBeGreaterThan(200);
      expect((await sharp(raw).metadata()).exif).toBeUndefined();
    });

    test('CMYK, grayscale, transparent and animated pictures are taken', async () => {
      const picture = await halves();
      const frames = await sharp([await picture.png().toBuffer(), await picture.clone().negate().png().toBuffer()], {
        join: { animated: true },
      });
      const taken = [
        await picture.clone().toColourspace('cmyk').jpeg().toBuffer(),
        await picture.clone().greyscale().jpeg().toBuffer(),
        await picture.clone().ensureAlpha(0.5).png().toBuffer(),
        await frames.clone().gif().toBuffer(),
        await frames.clone().webp().toBuffer(),
      ];
      for (const bytes of taken) {
        const { status, body } = await upload(bytes);
        expect([status, body.width, body.height]).toEqual([201, 64, 32]);
        expect((await send('GET', `/images/${body.hash}?size=256`)).status).toBe(200);
      }
    });

    test('what is no photo, damaged or too large is refused with what to do', async () => {
      const jpeg = await (await halves(600, 400)).jpeg().toBuffer();
      const cases: [Buffer, string][] = [
        [Buffer.from('just a text, named .jpg'), 'input.image'],
        [Buffer.alloc(0), 'input.image'],
        [scriptedSvg, 'input.image'],
        [jpeg.subarray(0, jpeg.length / 2), 'input.image'],
        [bomb(), 'input.imageTooLarge'],
      ];
      for (const [bytes, code] of cases) expect(refusal(await upload(bytes))).toEqual([422, code]);
      expect((await upload(scriptedSvg)).body.error?.message).toContain('SVG');
      expect((await upload(Buffer.alloc(21 << 20))).status).toBe(413);
      expect(refusal(await send('POST', '/images', formOf({ note: 'no file' })))).toEqual([422, 'image.missing']);
      expect((await send('POST', '/images', { image: 'x' })).status).toBe(415);
    });

    test('unknown photos and odd sizes are refused', async () => {
      expect(refusal(await send('GET', `/images/${'0'.repeat(64)}`))).toEqual([404, 'image.unknown']);
      expect((await send('GET', `/images/${'0'.repeat(64)}?size=97`)).status).toBe(422);
      expect((await send('GET', '/images/..%2f..%2fetc%2fpasswd')).status).toBe(422);
    });
  });

  describe('runs and models', () => {
    test('train, watch, promote: the model answers', async () => {
      const started = await send('POST', '/runs', {
        task: 'classify',
        dataset: 'test',
        config: { epochs: 3 },
        promote: true,
      });
      expect(started).toMatchObject({
        status: 201,
        body: { number: 1, state: expect.stringMatching(/queued|running/) },
      });
      expect(await finished(started.body.id)).toMatchObject({ state: 'succeeded', metrics: { accuracy: 1 } });
      expect((await send('GET', '/models/classify')).body).toMatchObject({
        version: 1,
        stage: 'production',
        runNumber: 1,
      });
      expect((await send('POST', '/predict/classify', { title: 'leather boot' })).body).toMatchObject({
        used: 'text',
        model: { version: 1 },
        predictions: [{ code: 'boots' }, { code: 'shirts' }],
      });
      expect((await send('GET', '/system')).body.models).toEqual([{ task: 'classify', version: 1, ready: true }]);
    });

    test('a run’s record: series, figures, logs, comparison', async () => {
      const second = await send('POST', '/runs', { task: 'classify', dataset: 'test', config: { epochs: 30 } });
      await finished(second.body.id);
      const { body: series } = await send('GET', '/runs/2/series?points=10');
      expect(series).toMatchObject([
        { name: 'loss', points: expect.arrayContaining([expect.objectContaining({ step: 1, value: 1 })]) },
        { name: 'validation.accuracy' },
      ]);
      expect((series as unknown as { points: [] }[])[0]?.points).toHaveLength(10);
      const figures = await send('GET', '/runs/2/figures?name=confusion&epoch=7');
      expect(figures.body).toMatchObject([
        {
          name: 'confusion',
          epoch: 7,
          data: {
            matrix: [
              [7, 0],
              [0, 7],
            ],
          },
        },
      ]);
      expect((await send('GET', '/runs/2/logs')).body).toMatchObject([{ level: 'info', message: 'started' }]);
      const { body } = await send('GET', '/runs/compare?ids=1,2');
      expect(body.config).toContainEqual({ key: 'epochs', values: [3, 30], differs: true });
      expect(body.config).toContainEqual({ key: 'smoothing', values: [1, 1], differs: false });
      expect(body.metrics).toContainEqual({ name: 'accuracy', values: [1, 1], best: null });
      expect((await send('GET', '/runs?state=succeeded&limit=1')).body).toMatchObject({
        total: 2,
        items: [{ number: 2 }],
      });
    });

    test('the live stream ends with the run’s last state', async () => {
      const { raw, headers } = await send('GET', '/runs/2/events');
      expect(headers['content-type']).toContain('text/event-stream');
      const events = raw
        .toString()
        .split('\n\n')
        .filter((block) => block.includes('event: '));
      expect(events.filter((block) => block.includes('event: metrics'))).toHaveLength(30);
      expect(events.at(-1)).toContain('"state":"succeeded"');
      expect((await send('GET', '/runs/nothing/events')).status).toBe(404);
    });

    test('of a long log the newest 5,000 lines come, oldest first', async () => {
      const { id } = (await send('GET', '/runs/2')).body;
      const lines = Array.from({ length: 5001 }, (_, line) => ({
        runId: String(id),
        level: 'warn',
        message: `${line}`,
      }));
      await server.context.db.insert(runLogs).values(lines);
      const log = (await send('GET', '/runs/2/logs')).body as unknown as { message: string }[];
      expect([log.length, log[0]?.message, log.at(-1)?.message]).toEqual([5000, '1', '5000']);
    });

    test('tasks come with their config as JSON Schema', async () => {
      expect((await send('GET', '/tasks')).body).toMatchObject([
        { name: 'classify', metric: { name: 'accuracy' }, configSchema: { properties: { epochs: { default: 3 } } } },
        { name: 'similar', metric: { name: 'precisionAt10' }, configSchema: { properties: { temperature: {} } } },
      ]);
    });

    test.each([
      [{ task: 'paint', dataset: 'test' }, 404, 'task.unknown'],
      [{ task: 'classify', dataset: 'nothing' }, 404, 'dataset.unknown'],
      [{ task: 'classify', dataset: 'test', config: { epoch: 3 } }, 422, 'config.invalid'],
      [{ task: 'classify', dataset: 'test', config: { epochs: 0 } }, 422, 'config.invalid'],
      [{ task: 'classify', dataset: 'test', seed: -1 }, 422, 'request.invalid'],
      [{ task: 'classify', dataset: 'test', config: { seed: -1 } }, 422, 'config.invalid'],
      [{ task: 'classify', dataset: 'test', config: { seed: 'one' } }, 422, 'config.invalid'],
      [{ dataset: 'test' }, 422, 'request.invalid'],
    ])('a run that can’t be started is refused: %j', async (body, status, code) => {
      expect(refusal(await send('POST', '/runs', body))).toEqual([status, code]);
    });

    test('comparing wants 2 to 8 runs that exist', async () => {
      expect(refusal(await send('GET', '/runs/compare?ids=1'))).toEqual([422, 'run.compare']);
      expect(refusal(await send('GET', '/runs/compare?ids=1,99'))).toEqual([404, 'run.unknown']);
    });

    test('gate, force, rollback, evaluation and deletion over HTTP', async () => {
      const blind = await send('POST', '/runs', {
        task: 'classify',
        dataset: 'test',
        config: { blind: true },
        promote: true,
      });
      const run = await finished(blind.body.id);
      expect(run.state).toBe('succeeded');
      expect(JSON.stringify((await send('GET', `/runs/${run.id}/logs`)).body)).toContain('Not promoted');
      expect(refusal(await send('POST', '/models/classify@3/promote', {}))).toEqual([409, 'model.gate']);
      expect((await send('POST', '/models/classify@3/promote', { force: true })).body).toMatchObject({
        stage: 'production',
      });
      expect((await send('POST', '/models/classify/rollback')).body).toMatchObject({ version: 1, stage: 'production' });
      expect(refusal(await send('POST', '/models/classify/rollback'))).toEqual([409, 'model.noPrevious']);
      expect(refusal(await send('DELETE', '/models/classify@1'))).toEqual([409, 'model.inProduction']);
      expect((await send('DELETE', '/models/classify@3')).status).toBe(204);
      const job = await send('POST', '/models/classify/evaluate', { dataset: 'other' });
      expect(job.status).toBe(202);
      let state = job.body;
      for (; state.state === 'queued' || state.state === 'running'; await sleep(100))
        state = (await send('GET', `/jobs/${job.body.id}`)).body;
      expect(state).toMatchObject({ state: 'succeeded', result: { metrics: { accuracy: 0.5 } } });
      const audit = JSON.stringify((await send('GET', '/audit')).body);
      expect(audit).toContain('model.promote');
      expect(audit).toContain('model.rollback');
    });

    test.each([
      [{ seed: 5 }, {}, 5],
      [{ seed: 5 }, { seed: 6 }, 6],
      [{}, { seed: 0 }, 0],
      [{}, {}, 1],
    ])('the seed on record is the one it learnt with: in the config %j, beside it %j', async (inside, beside, seed) => {
      const config = { epochs: 1, tellSeed: true, ...inside };
      const { body } = await send('POST', '/runs', { task: 'classify', dataset: 'test', ...beside, config });
      const run = await finished(body.id);
      expect(run).toMatchObject({ state: 'succeeded', seed });
      expect(run.config).not.toHaveProperty('seed');
      const logs = (await send('GET', `/runs/${run.id}/logs`)).body as unknown as { message: string }[];
      expect(logs.map(({ message }) => message)).toContain(`seed ${seed}`);
    });

    test('an artifact is located and imported on this machine alone', async () => {
      const located = await send('GET', '/models/classify/location');
      expect(located.body).toMatchObject({ model: { version: 1 } });
      expect((await send('POST', '/models/import', { path: located.body.directory })).body).toMatchObject({
        stage: 'candidate',
      });
      expect(refusal(await send('POST', '/models/import', { path: '/nowhere' }))).toEqual([422, 'artifact.invalid']);
    });

    test('only the command line on this machine may train from a file anywhere on it', async () => {
      const account = { email: 'erin@example.com', password: 'a long password', name: 'Erin', role: 'engineer' };
      await send('POST', '/users', account);
      const login = await send('POST', '/auth/login', account);
      const remote = sender(server, { cookie: String(login.headers['set-cookie']).split(';')[0] as string });
      const notes = join(directory, 'notes');
      await writeFile(notes, 'any notes');
      const run = { task: 'classify', dataset: 'test', config: { epochs: 1, notes } };
      expect(refusal(await remote('POST', '/runs', run))).toEqual([422, 'config.invalid']);
      expect(await finished((await send('POST', '/runs', run)).body.id)).toMatchObject({ state: 'succeeded' });
    });
  });

  describe('predictions', () => {
    const classify = (body: unknown) => send('POST', '/predict/classify', body);

    test.each([
      ['nothing', {}],
      ['empty text', { title: '' }],
      ['only HTML', { title: '<p><br></p>', description: '<div></div>' }],
    ])('%s is refused with what to give', async (_, body) => {
      const answer = await classify(body);
      expect(refusal(answer)).toEqual([422, 'input.empty']);
    });

    test.each([
      ['1 MB of text', 'leather boot '.repeat(80_000)],
      ['emoji', '👢👢🏽‍♀️ boot'],
      ['right-to-left', 'حذاء جلد boot'],
      ['NUL bytes', 'leather\0 boot\0'],
      ['lone surrogates', '\ud83d boot'],
    ])('%s is answered and logged', async (_, title) => {
      const answer = await classify({ title });
      expect(answer).toMatchObject({ status: 200, body: { predictions: [{ code: 'boots' }, {}] } });
      const { body } = await send('GET', '/me/logs?limit=1');
      expect(body.items).toMatchObject([{ id: answer.body.id, chosen: null }]);
    });

    test('text, photo or both; JSON or a form; a stored photo', async () => {
      const photo = await (await halves()).jpeg().toBuffer();
      const stored = await send('POST', '/images', formOf({ image: photo }));
      expect((await classify({ image: photo.toString('base64') })).body.used).toBe('image');
      expect((await classify({ image: `data:image/jpeg;base64,${photo.toString('base64')}` })).status).toBe(200);
      expect((await classify({ text: 'boot', imageHash: stored.body.hash })).body.used).toBe('both');
      const form = await classify(formOf({ title: 'boot', image: photo, top: '1', explain: 'true' }));
      expect(form).toMatchObject({ status: 200, body: { used: 'both', explanation: { words: [{}] } } });
      expect(form.body.predictions).toHaveLength(1);
    });

    test('photos that can’t be read are refused before the model sees them', async () => {
      const cases: [unknown, number, string][] = [
        [{ image: '%%%' }, 422, 'input.image'],
        [{ image: scriptedSvg.toString('base64') }, 422, 'input.image'],
        [{ image: bomb().toString('base64') }, 422, 'input.imageTooLarge'],
        [{ imageHash: '0'.repeat(64) }, 404, 'image.unknown'],
        [{ imageHash: '../../etc/passwd' }, 422, 'request.invalid'],
        [{ title: 'boot', top: 0 }, 422, 'request.invalid'],
        [formOf({ image: Buffer.from('text named .jpg') }), 422, 'input.image'],
      ];
      for (const [body, status, code] of cases) expect(refusal(await classify(body))).toEqual([status, code]);
    });

    test('a correction is kept, and a listing made from a prediction says which category was right', async () => {
      const first = (await classify({ title: 'leather boot' })).body.id;
      expect((await send('POST', `/predictions/${first}/feedback`, { category: 'shirts' })).status).toBe(204);
      const second = (await classify({ title: 'heel' })).body.id;
      const product = { title: 'heel', category: 'boots', predictionId: second };
      expect((await send('POST', '/products', product)).status).toBe(201);
      const { body } = await send('GET', '/predictions?limit=2');
      expect(body.items).toMatchObject([
        { id: second, chosen: 'boots' },
        { id: first, chosen: 'shirts' },
      ]);
      expect(refusal(await send('POST', `/predictions/${first}/feedback`, { category: 'nothing' }))).toEqual([
        422,
        'category.unknown',
      ]);
      expect(refusal(await send('POST', '/predictions/nothing/feedback', { category: 'boots' }))).toEqual([
        404,
        'prediction.unknown',
      ]);
    });

    test('an explanation of an earlier answer is no further prediction', async () => {
      const { id } = (await classify({ title: 'leather boot' })).body;
      const { total } = (await send('GET', '/me/logs')).body;
      const explained = await classify({ title: 'leather boot', explain: true, explains: id });
      expect(explained).toMatchObject({ status: 200, body: { id, explanation: { words: [{}] } } });
      expect((await send('GET', '/me/logs')).body.total).toBe(total);
    });

    test('old predictions go, but for corrections that trainings learn from', async () => {
      const { db } = server.context;
      const ids: unknown[] = [];
      for (const title of ['old', 'old and corrected', 'new']) ids.push((await classify({ title })).body.id);
      expect((await send('POST', `/predictions/${ids[1]}/feedback`, { category: 'shirts' })).status).toBe(204);
      const old = inArray(predictions.id, ids.slice(0, 2) as string[]);
      await db
        .update(predictions)
        .set({ at: new Date('2020-01-01') })
        .where(old);
      await prunePredictions(db, 90);
      const left = await db
        .select({ id: predictions.id })
        .from(predictions)
        .where(inArray(predictions.id, ids as string[]));
      expect(new Set(left.map(({ id }) => id))).toEqual(new Set(ids.slice(1)));
    });

    test('a seller sees only their own predictions and can’t judge others’', async () => {
      const account = { email: 'seller@example.org', name: 'Seller', role: 'seller', password: 'a long password' };
      await send('POST', '/users', account);
      const login = await send('POST', '/auth/login', account);
      const cookie = String(login.headers['set-cookie']).split(';')[0] as string;
      const seller = sender(server, { cookie });
      const own = (await seller('POST', '/predict/classify', { title: 'shirt' })).body.id;
      expect((await seller('GET', '/me/logs')).body).toMatchObject({
        total: 1,
        items: [{ id: own, user: account.email }],
      });
      expect((await seller('GET', '/predictions')).status).toBe(403);
      const other = (await classify({ title: 'boot' })).body.id;
      expect((await seller('POST', `/predictions/${other}/feedback`, { category: 'boots' })).status).toBe(404);
    });

    test('promoting under load drops no request', async () => {
      const answers: Promise<Answer>[] = [];
      for (const reference of ['classify@2', 'classify@1']) {
        const promoting = send('POST', `/models/${reference}/promote`, { force: true });
        let done = false;
        void promoting.finally(() => {
          done = true;
        });
        for (; !done; await sleep(2)) answers.push(classify({ title: 'leather boot' }));
        expect((await promoting).status).toBe(200);
      }
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      expect(statuses.length).toBeGreaterThan(20);
      expect([...new Set(statuses)]).toEqual([200]);
    });
  });
});
