// What the laboratory does not take: said below the control it was typed into, which keeps it; Run waits and points there.
import { assert, axe, groupsOpen, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const search = (page, wanted) => page.waitForFunction((wanted) => decodeURIComponent(location.search) === wanted, wanted);
const type = async (page, control, text) => {
  await page.fill(control, text);
  await page.press(control, "Tab");
};
/** The message below a control, once it is there, without what opened and closed around it having moved it out of sight. */
const below = async (page, control) => {
  const message = page.locator(`${control}-wrong`);
  await message.waitFor({ state: "visible" });
  const [field, said] = [await page.locator(control).boundingBox(), await message.boundingBox()];
  assert.ok(said.y >= field.y + field.height - 1 && said.y - (field.y + field.height) < 30, `${said.y} below ${field.y}`);
  assert.equal(await message.getAttribute("role"), "alert");
  assert.equal(await page.getAttribute(control, "aria-invalid"), "true");
  assert.ok((await page.getAttribute(control, "aria-describedby")).split(" ").includes(`${control.slice(1)}-wrong`));
  return plain(await message.innerText());
};
const waits = async (page) => {
  assert.ok(await page.locator("#lab-run").isDisabled());
  return plain(await page.locator("#lab-waits").innerText());
};
const right = async (page, control) => {
  await page.waitForFunction((control) => !document.querySelector(`${control}-wrong`), control);
  assert.equal(await page.getAttribute(control, "aria-invalid"), null);
  assert.doesNotMatch((await page.getAttribute(control, "aria-describedby")) ?? "", /-wrong/);
};

for (const width of [360, 1280]) {
  onPage(`at ${width} px a refusal stands below its field, which keeps what was typed until it is mended`, "?v=2&n=50&r=6#lab", { viewport: { width, height: 800 } }, async (page) => {
    await groupsOpen(page);
    await type(page, "#lab-replicas", "5000");
    assert.equal(await below(page, "#lab-replicas"), "Must be a whole number from 1 to 1024");
    assert.equal(await page.inputValue("#lab-replicas"), "5000");
    assert.equal(await waits(page), "Run waits for Replicas: 1 to 1024");
    assert.equal(await page.evaluate(() => location.search), "?v=2&n=50&r=6");
    // Another field is taken meanwhile, and changes nothing here.
    await type(page, "#lab-requests", "1,000");
    await search(page, "?v=2&n=1000&r=6");
    assert.equal(await page.inputValue("#lab-requests"), "1000");
    assert.equal(await page.inputValue("#lab-replicas"), "5000");
    // The pointer opens the group and leads to the field, which the bar does not cover.
    await page.locator("#lab details.group").evaluateAll((all) => all.forEach((it) => { it.open = false; }));
    await page.click("#lab-waits .mend");
    assert.equal(await page.evaluate(() => document.activeElement.id), "lab-replicas");
    const hit = await page.locator("#lab-replicas-wrong").evaluate((it) => {
      const { left, top, width, height } = it.getBoundingClientRect();
      return it.contains(document.elementFromPoint(left + width / 4, top + height / 2));
    });
    assert.ok(hit, "the message is covered");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    assert.deepEqual(await axe(page, "#lab"), []);
    // It is mended as it is typed, so that Run takes the next click.
    await page.fill("#lab-replicas", "8");
    await right(page, "#lab-replicas");
    assert.ok(await page.locator("#lab-run").isEnabled());
    await page.click("#lab-run");
    await search(page, "?v=2&n=1000&r=8");
    await page.waitForFunction(() => document.querySelector("#lab-status").textContent === "Done.", null, { timeout: 60_000 });
    // It is in the fold of the figures.
    assert.match(await page.locator("#lab-command").textContent(), /n=1000&r=8/);
  });
}

onPage("what goes with the rest only later is taken then", "?v=2&n=50#lab", async (page) => {
  await groupsOpen(page);
  await type(page, "#lab-model", "llama-3.1-70b");
  assert.match(await below(page, "#lab-model"), /no room for a cache/);
  assert.equal(await page.inputValue("#lab-model"), "llama-3.1-70b");
  assert.equal(await waits(page), "Run waits for Model");
  await page.selectOption("#lab-tp", "8");
  await search(page, "?v=2&n=50&tp=8&m=llama-3.1-70b");
  await right(page, "#lab-model");
  assert.ok(await page.locator("#lab-run").isEnabled());
});

onPage("a preset takes the place of all that was typed", "?v=2&n=50#lab", async (page) => {
  await groupsOpen(page);
  await type(page, "#lab-replicas", "0");
  await type(page, "#lab-seed", "x");
  await below(page, "#lab-seed");
  assert.equal(await waits(page), "Run waits for Replicas: 1 to 1024, Seed: 0 to 18,446,744,073,709,551,615");
  await page.selectOption("#lab-preset", "rag");
  await right(page, "#lab-replicas");
  await right(page, "#lab-seed");
  assert.equal(await page.inputValue("#lab-replicas"), "4");
  assert.ok(await page.locator("#lab-run").isEnabled());
  assert.ok(await page.locator("#lab-waits").isHidden());
});

onPage("settings of a workload and of a policy are refused at their fields", "?v=2&w=rag&p=chwbl,smart#lab", async (page) => {
  await groupsOpen(page);
  await page.locator("#workload-settings").evaluate((it) => { it.open = true; });
  await type(page, "#workload-contexts", "0");
  assert.match(await below(page, "#workload-contexts"), /a whole number from 1 to 100,000/);
  await page.locator("button.name", { hasText: /^chwbl$/ }).click();
  await type(page, "#policy-load_factor", "0.5");
  assert.match(await below(page, "#policy-load_factor"), /must be a number from 1 to/);
  assert.equal(await page.inputValue("#policy-load_factor"), "0.5");
  assert.match(await waits(page), /^Run waits for contexts: 1 to 100,000, chwbl load_factor: 1 to/);
  // A card that is closed has nothing to mend.
  await page.locator("button.name", { hasText: /^chwbl$/ }).click();
  assert.equal(await waits(page), "Run waits for contexts: 1 to 100,000");
  await type(page, "#workload-contexts", "1e1");
  await search(page, "?v=2&w=rag:contexts=10&p=chwbl,smart");
  await right(page, "#workload-contexts");
});

onPage("a policy that is compared already says so; a wrong one names the nearest; a fifth waits", "?v=2&n=50#lab", async (page) => {
  // The link's scenario is run at once.
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
  const said = page.locator("#policies-said");
  await page.selectOption("#lab-add-policy", "smart");
  assert.equal(await said.innerText(), "smart is already compared");
  assert.ok(await page.locator("#lab-run").isEnabled());
  await type(page, "#lab-typed-policy", "smrt");
  assert.equal(await below(page, "#lab-typed-policy"), 'unknown policy "smrt"; did you mean "smart"?');
  assert.equal(await waits(page), "Run waits for Policies");
  await type(page, "#lab-typed-policy", "smart:kv_overlap_weight=1");
  await right(page, "#lab-typed-policy");
  assert.equal(await said.innerText(), "smart is already compared");
  await type(page, "#lab-typed-policy", "least-load, random");
  await search(page, "?v=2&n=50&p=round-robin,smart,least-load,random");
  assert.equal(await page.inputValue("#lab-typed-policy"), "");
  assert.ok(await said.isHidden());
  await type(page, "#lab-typed-policy", "chwbl");
  assert.match(await below(page, "#lab-typed-policy"), /No more than four/);
  await type(page, "#lab-typed-policy", `x${"y".repeat(300)}`);
  assert.match(await below(page, "#lab-typed-policy"), /^unknown policy "xy{59}…"; there are round-robin, random, [^,]+, [^,]+, [^,]+ and \d+ more$/);
  await type(page, "#lab-typed-policy", "");
  await right(page, "#lab-typed-policy");
  for (const name of ["random", "least-load", "smart"]) await page.getByRole("button", { name: `${name}: take it out` }).click();
  await page.getByRole("button", { name: "round-robin: take it out" }).click();
  assert.equal(await said.innerText(), "One policy at least is run");
});

onPage("a formula that always ties is added and says what comes of it", "?v=2&n=50#lab", async (page) => {
  await groupsOpen(page);
  const tie = "mine costs every replica the same, so they always tie; ties go to the first replica, which gets every request";
  for (const text of ["1/0", "-1", "3"]) {
    await page.fill("#formula-text", text);
    assert.equal(await page.locator("#formula-wrong").innerText(), tie);
  }
  await page.click("#formula-add");
  await search(page, "?v=2&n=50&p=round-robin,smart,mine=3");
  assert.equal(await page.locator("#policies-said").innerText(), tie);
  await page.click("#formula-add");
  assert.equal(await page.locator("#formula-wrong").innerText(), "mine=3 is already compared");
  await page.fill("#formula-text", "active");
  assert.equal(await page.locator("#formula-wrong").innerText(), "");
});

onPage("a fork's number and a sweep's lists are refused where they were typed, and Run does not wait for them", "?v=2&w=rag&n=80#lab", async (page) => {
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status").textContent === "Done.", null, { timeout: 60_000 });
  await groupsOpen(page);
  for (const wrong of ["1e9", "-1", "80"]) {
    await page.fill("#fork-number", wrong);
    await page.click("#fork-any");
    assert.equal(await below(page, "#fork-number"), "The run has requests 0 to 79");
  }
  await page.fill("#sweep-replicas", "2, 0");
  await page.click("#sweep-run");
  assert.match(await below(page, "#sweep-replicas"), /replicas is "0", but must be a whole number from 1 to 1024/);
  await page.fill("#sweep-seeds", "none");
  await page.click("#sweep-turn");
  assert.match(await below(page, "#sweep-seeds"), /Must be a whole number from 1 to 1000/);
  assert.ok(await page.locator("#lab-run").isEnabled());
  await page.fill("#fork-number", "79");
  await page.click("#fork-any");
  await page.waitForSelector("#fork-table");
  await right(page, "#fork-number");
});
