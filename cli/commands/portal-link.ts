import { type Command, Option } from "commander";
import { type PortalLink, createPortalLinkAnswer, portalLinksAnswer } from "#shared/contract/api/portal-link.ts";
import { isUuid } from "#shared/text/ids.ts";
import { utcTime } from "#shared/text/times.ts";
import { callApi, listRows, noResults } from "../api.ts";
import { exitCodes, usageError } from "../errors.ts";
import { duration, list, wholeNumber } from "../options.ts";
import { endCell, printJson, printTable, tellMore } from "../output.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

interface CreateOptions extends AccessOptions {
  readonly label: string;
  readonly grants: readonly string[];
  readonly subaccount?: number;
  readonly open?: number;
  readonly session?: number;
}

interface ListOptions extends AccessOptions {
  readonly limit: number;
}

/** Adds `tidepost portal-link create|list|revoke`. */
export const addPortalLink = (program: Command, run: RunCommand): void => {
  const links = program
    .command("portal-link")
    .summary("make links that open the console without an API key")
    .description(
      "Manages links that open the console for people without an API key. The key needs portal_links/manage.",
    );
  addCreate(links, run);

  const listing = links
    .command("list")
    .summary("list portal links")
    .description("Lists portal links, newest first, until a week after they have ended.")
    .addOption(
      new Option("--limit <rows>", "maximum number of rows")
        .argParser(wholeNumber({ from: 1, to: 1_000_000 }))
        .default(20),
    );
  addAccessOptions(listing).action(async () => {
    await run(listing, async (terminal) => {
      const { limit } = listing.opts<ListOptions>();
      const access = await readAccess(listing, terminal);
      const { rows, hasMore } = await listRows(access, { path: "/portal-links", limit, answer: portalLinksAnswer });
      if (terminal.json) printJson(terminal, rows);
      else if (rows.length === 0) terminal.note("There is no portal link.");
      else printLinks(terminal, rows);
      if (hasMore) tellMore(terminal, limit);
      return exitCodes.done;
    });
  });

  const revoking = links
    .command("revoke")
    .summary("end a portal link and its session")
    .description("Ends a portal link: nobody can open it any more, and its session ends at once.")
    .argument("<id>", "id of the link, as tidepost portal-link list --json shows it");
  addAccessOptions(revoking).action(async (id: string) => {
    await run(revoking, async (terminal) => {
      if (!isUuid(id))
        throw usageError(`'${id}' is not the id of a portal link`, "tidepost portal-link list shows ids.");
      const access = await readAccess(revoking, terminal);
      await callApi(access, { method: "DELETE", path: `/portal-links/${id}`, answer: noResults });
      if (terminal.json) printJson(terminal, { id, revoked: true });
      else terminal.out(`${terminal.paint("green", "✔")} revoked ${id}`);
      return exitCodes.done;
    });
  });
};

const addCreate = (links: Command, run: RunCommand): void => {
  const command = links
    .command("create")
    .summary("make a portal link, shown this once")
    .description(
      "Makes a portal link and prints it, this once, to standard output; with --quiet it prints nothing else. The link works " +
        "once, for the customer of the key in use.",
    )
    .requiredOption("--label <text>", "whom the link is for; names who made a change")
    .addOption(
      new Option("--grants <list>", "what may be done: webhooks/view, webhooks/modify")
        .argParser(list)
        .default(["webhooks/view"]),
    )
    .addOption(
      new Option("--subaccount <number>", "bind it to this sub-account; 0 is the primary account").argParser(
        wholeNumber({ from: 0, to: 2_147_483_647 }),
      ),
    )
    .addOption(
      new Option("--open <duration>", "time in which it must be opened (default: 10m, at most 1h)").argParser(duration),
    )
    .addOption(
      new Option("--session <duration>", "time that its session lasts (default: 4h, at most 24h)").argParser(duration),
    );
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => {
      const { label, grants, subaccount, open, session } = command.opts<CreateOptions>();
      const access = await readAccess(command, terminal);
      const body = JSON.stringify({
        label,
        grants,
        ...(subaccount === undefined ? {} : { subaccount_id: subaccount }),
        ...(open === undefined ? {} : { open_within_seconds: Math.round(open / 1_000) }),
        ...(session === undefined ? {} : { session_seconds: Math.round(session / 1_000) }),
      });
      const made = await callApi(access, {
        method: "POST",
        path: "/portal-links",
        body,
        answer: createPortalLinkAnswer,
      });
      if (terminal.json) {
        printJson(terminal, made);
        return exitCodes.done;
      }
      terminal.out(made.url);
      terminal.note(
        `It opens the console once, until ${utcTime(made.open_until)}. ` +
          `To end it: tidepost portal-link revoke ${made.id}`,
      );
      return exitCodes.done;
    });
  });
};

const printLinks = (terminal: CommandTerminal, links: readonly PortalLink[]): void => {
  printTable(
    terminal,
    [
      { title: "id" },
      { title: "label" },
      { title: "state" },
      { title: "sub-account", isOptional: true },
      { title: "grants" },
      { title: "opens until" },
      { title: "session ends" },
    ],
    links.map((link) => [
      link.id,
      link.label,
      link.state,
      link.subaccount_id === undefined ? "all" : String(link.subaccount_id),
      link.grants.join(","),
      endCell(terminal, link.open_until),
      link.session_ends_at === undefined ? "" : endCell(terminal, link.session_ends_at),
    ]),
  );
};
