// SPDX-License-Identifier: MIT
// Every scenario of the library, opened and walked: at its start, half-way and at its end the page says
// nothing broken. VMSCOPE_SHOTS names a folder for pictures of each.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { follow } from "./lab.mjs";
import { house, root } from "./support.mjs";

const vmscope = house();
const BROKEN = /undefined|NaN|\[object|\bnull\b|\{[a-z_]+\}/;
const shots = process.env.VMSCOPE_SHOTS;

const settled = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
async function sound(page, what) {
  await settled(page);
  const words = await page.evaluate(() => {
    const texts = [document.body.innerText];
    for (const element of document.querySelectorAll("[aria-label], [title], svg text"))
      texts.push(element.getAttribute("aria-label") ?? "", element.textContent ?? "");
    return texts.join("\n");
  });
  const found = BROKEN.exec(words);
  assert.ok(!found, `${what}: "${words.slice(Math.max(0, found?.index - 60), found?.index + 40)}"`);
  if (shots) await page.screenshot({ path: path.join(shots, `${what}.png`) });
}

const names = readdirSync(path.join(root, "db/library"))
  .filter((file) => file.endsWith(".vms"))
  .map((file) => path.basename(file, ".vms"));
const titleOf = (name) =>
  /^title "(.*)"$/m.exec(readFileSync(path.join(root, `db/library/${name}.vms`), "utf8"))?.[1];

async function walk(page, name) {
  await follow(page, `/s/lib-${name}`);
  await page.waitForFunction(
    (title) =>
      document.querySelector("header.top")?.innerText.includes(title) &&
      document.querySelector(".narration .no")?.textContent === "start",
    titleOf(name),
  );
  await sound(page, `${name}-start`);
  const timeline = page.locator(".timeline canvas");
  await page.keyboard.press("End");
  await page.waitForFunction(
    () => document.querySelector(".narration .no")?.textContent !== "start",
  );
  await sound(page, `${name}-end`);
  const box = await timeline.boundingBox();
  const now = await page.locator(".narration .no").innerText();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page
    .waitForFunction((old) => document.querySelector(".narration .no")?.textContent !== old, now, {
      timeout: 3000,
    })
    .catch(() => {});
  await sound(page, `${name}-middle`);
  for (let i = 0; i < 12; i++) await page.keyboard.press("ArrowRight");
  await sound(page, `${name}-steps`);
}

test("the library, on one page that goes from each to the next", async (t) => {
  await vmscope.visit({}, async (page) => {
    await page.goto("/");
    for (const name of names)
      await t.test(`${name} is sound from end to end`, () => walk(page, name));
  });
});
