/**
 * @file Loads one record, with the names of its codes and of the records that it refers to, and shows it.
 */

import { byId, h } from "./dom.js";
import { recordView } from "./record.js";
import { apiPath } from "./state.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./connection.js").Source} Source */
/** @typedef {import("./state.js").Kind} Kind */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {Parameters<typeof recordView>[0]["openEvidence"]} OpenFact */

const PARTS = { event: ["evidence", "outcomes", "locations"], location: ["evidence"], outcome: ["evidence"] };
/** The vocabularies of the codes that a record has. */
const VOCABULARIES = {
  event: ["EventCategory", "EventKind", "LocationRole", "OrganiserRole", "ParticipantRole", "ParticipantUnit"],
  location: ["LocationKind", "CoordinatePrecision"],
  outcome: ["OutcomeKind", "ScopeLevel"],
};

/**
 * @param {object} options
 * @param {Source} options.source
 * @param {Words} options.words
 * @param {number} options.maxLimit the largest `limit` of a list
 * @param {Parameters<typeof recordView>[0]["href"]} options.href
 * @param {(kind: Kind, record: {id: string}, fact: Parameters<OpenFact>[0]) => void} options.openEvidence
 */
export function createDetail({ source, words, maxLimit, href, openEvidence }) {
  /** Names by vocabulary and id, for all records. @type {Map<string, string>} */
  const names = new Map();
  /** Kinds of records and campaigns of which the names are known. @type {Set<string>} */
  const known = new Set();

  /** @param {string} vocabulary @param {string} id */
  const nameOf = (vocabulary, id) => names.get(`${vocabulary} ${id}`) ?? id;

  /** Load the names of the codes that a record may have. @param {Kind} kind @param {AbortSignal} signal */
  async function loadTerms(kind, signal) {
    if (known.has(`${kind} terms`)) return;
    const { data } = await source.get("/v1/terms", { vocabulary: VOCABULARIES[kind], limit: maxLimit }, { signal });
    for (const { vocabulary, code, name } of data) names.set(`${vocabulary} ${code}`, name);
    known.add(`${kind} terms`);
  }

  /** @param {string} id @param {AbortSignal} signal */
  async function loadCampaign(id, signal) {
    if (known.has(id)) return;
    const { data } = await source.get(`/v1/campaigns/${encodeURIComponent(id)}`, {}, { signal });
    const campaign = /** @type {Schemas["CampaignRecord"]} */ (data);
    for (const pillar of campaign.pillars) {
      names.set(`pillar ${pillar.id}`, pillar.name);
      for (const strand of pillar.strands) names.set(`strand ${strand.id}`, strand.name);
    }
    for (const { id, name } of campaign.programmes) names.set(`programme ${id}`, name);
    for (const { id, name } of campaign.organisations) names.set(`organisation ${id}`, name);
    known.add(id);
  }

  /** Load the titles of the records that a record refers to by id. @param {Kind} kind @param {any} record @param {AbortSignal} signal */
  async function loadReferences(kind, record, signal) {
    const events = kind === "event" ? [record.part_of?.event, record.date.relative_to?.event] : kind === "outcome" ? record.events : [];
    const places = kind === "location" ? [record.fallback] : [];
    /** @param {string} vocabulary @param {string} path @param {string[]} all */
    const load = async (vocabulary, path, all) => {
      const id = all.filter((id) => id && !names.has(`${vocabulary} ${id}`));
      if (id.length === 0) return;
      const { data } = await source.get(path, { id, limit: id.length }, { signal });
      for (const found of data) names.set(`${vocabulary} ${found.id}`, found.title ?? found.name);
    };
    await Promise.all([load("event", "/v1/events", events), load("location", "/v1/locations", places)]);
  }

  return {
    /**
     * Load a record and show it in `#record`; resolves to it.
     *
     * @param {Kind} kind @param {string} id
     * @param {object} options
     * @param {string | null} options.campaign whose names are needed if the record has none
     * @param {string} options.back     the address of the view without the record
     * @param {AbortSignal} options.signal
     * @returns {Promise<{id: string, title: string}>}
     */
    async show(kind, id, { campaign, back, signal }) {
      const [{ data: record }] = await Promise.all([
        source.get(apiPath(kind, id), { include: PARTS[kind] }, { signal }),
        loadTerms(kind, signal),
        campaign && loadCampaign(campaign, signal),
      ]);
      if (record.campaign) await loadCampaign(record.campaign, signal);
      await loadReferences(kind, record, signal);
      const open = (/** @type {Parameters<OpenFact>[0]} */ fact) => openEvidence(kind, record, fact);
      const view = recordView({ kind, record, names: nameOf, words, href, openEvidence: open, api: source });
      byId("record").replaceChildren(closeLink(back, words), view);
      return { id: record.id, title: record.title ?? record.name ?? record.label };
    },
  };
}

/** @param {string} back @param {Words} words */
function closeLink(back, words) {
  return h("a", { class: "close", href: back, "aria-label": words.t("page.back"), title: words.t("page.back") }, "×");
}
