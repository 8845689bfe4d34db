import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import {
  ANSWER_WITHIN_MS,
  RequestError,
  getJson,
  getText,
  postJson,
} from "../../static/js/lib/http.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const answering = (answer) => {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    return answer;
  };
  return { asked, fetch };
};

/** A server that never answers; the browser gives up when it is told to. */
const silent = (_url, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

const redirected = () => {
  const answer = new Response("{}");
  Object.defineProperty(answer, "redirected", { value: true });
  return answer;
};

async function failure(promise) {
  const error = await promise.then(assert.fail, (error) => error);
  assert.ok(error instanceof RequestError, String(error));
  return error;
}

test("a JSON answer is returned, and an answer without a body is null", async () => {
  const full = answering(Response.json({ a: 1 }));
  const empty = answering(new Response(null, { status: 204 }));

  assert.deepEqual(await getJson("/state", full), { a: 1 });
  assert.equal(await postJson("/do", { b: 2 }, empty), null);

  const [sent] = empty.asked;
  assert.equal(sent.method, "POST");
  assert.equal(sent.body, '{"b":2}');
  assert.equal(sent.headers["Content-Type"], "application/json");
  assert.ok("X-CSRFToken" in sent.headers);
});

test("a refusal has the server's code, status, sentence and advice", async () => {
  const error = { code: "lobby.not_admitted", message: "Pas encore.", advice: "Attendez." };
  const { fetch } = answering(
    Response.json({ error }, { status: 403, headers: { "Retry-After": "7" } }),
  );

  const { code, status, sentence, advice, retryAfter, isRefusal } = await failure(
    postJson("/offer", {}, { fetch }),
  );

  assert.deepEqual(
    { code, status, sentence, advice, retryAfter, isRefusal },
    {
      code: "lobby.not_admitted",
      status: 403,
      sentence: "Pas encore.",
      advice: "Attendez.",
      retryAfter: 7,
      isRefusal: true,
    },
  );
});

test("an error page that is no JSON is a refusal without a code of its own", async () => {
  const { fetch } = answering(new Response("<h1>Bad gateway</h1>", { status: 502 }));

  const { code, status, isRefusal } = await failure(getJson("/state", { fetch }));

  assert.deepEqual([code, status, isRefusal], ["error.unknown", 502, false]);
});

test("without a network the error has no status", async () => {
  const fetch = async () => {
    throw new TypeError("Failed to fetch");
  };

  const { code, status } = await failure(getText("/steps", { fetch }));

  assert.deepEqual([code, status], ["network.unreachable", 0]);
});

test("a request without an answer ends at its deadline", async () => {
  const asked = failure(postJson("/offer", {}, { fetch: silent }));
  const longer = failure(getJson("/state", { fetch: silent, withinMs: 2 * ANSWER_WITHIN_MS }));
  let isOver = false;
  void longer.then(() => (isOver = true));

  mock.timers.tick(ANSWER_WITHIN_MS);

  assert.equal((await asked).code, "network.unreachable");
  assert.equal(isOver, false);
  mock.timers.tick(ANSWER_WITHIN_MS);
  assert.equal((await longer).status, 0);
});

test("a body that never ends is given up at the deadline too", async () => {
  const fetch = async (_url, { signal }) => {
    const endless = new ReadableStream({
      start: (body) => signal.addEventListener("abort", () => body.error(signal.reason)),
    });
    return new Response(endless);
  };
  const asked = failure(getJson("/state", { fetch }));
  await new Promise((done) => setImmediate(done));

  mock.timers.tick(ANSWER_WITHIN_MS);

  assert.equal((await asked).code, "network.unreachable");
});

test("who gives up gets their own reason back, before or during the request", async () => {
  const giving = new AbortController();
  const asked = getJson("/state", { fetch: silent, signal: giving.signal });

  giving.abort("timeout");

  await assert.rejects(asked, (reason) => reason === "timeout");
  const late = getJson("/state", { fetch: assert.fail, signal: giving.signal });
  await assert.rejects(late, (reason) => reason === "timeout");
});

test("a redirection to another page is an error, and so is JSON that cannot be read", async () => {
  const away = await failure(getJson("/state", answering(redirected())));
  const broken = await failure(getJson("/state", answering(new Response("<html>"))));

  assert.equal(away.code, "request.redirected");
  assert.equal(broken.code, "request.unreadable");
});
