// Answers, looked at by the committed document of the API that gave them.
import { readFileSync } from "node:fs";

/** A document of `openapi/`: says what an answer of an operation differs in from what is written there. */
export function documented(name) {
  const document = JSON.parse(readFileSync(new URL(`../../../openapi/${name}.json`, import.meta.url)));
  return (method, path, { status, body }) => {
    const operation = operationAt(document.paths, path)?.[method];
    if (!operation) return [`${method} ${path} is not documented`];
    const response = operation.responses[status];
    if (!response) return [`${method} ${path} answers ${status}, which is not documented`];
    const [content] = Object.values(response.content ?? {});
    if (body === undefined) return [];
    return content ? misfits(body, content.schema, document, `${method} ${path} ${status}`) : ["a body, of which nothing is documented"];
  };
}

/** The template with the fewest parameters that a path has. */
function operationAt(paths, path) {
  const segments = path.split("?")[0].split("/");
  const has = (template) => template.length === segments.length
    && template.every((segment, at) => segment.startsWith("{") || segment === segments[at]);
  const parameters = (template) => template.split("{").length;
  const [found] = Object.keys(paths).filter((template) => has(template.split("/")))
    .sort((one, other) => parameters(one) - parameters(other));
  return paths[found];
}

/** What does not fit a schema: other types, required fields that lack, fields that are not documented. */
function misfits(value, schema, document, at) {
  const { type, properties, required = [], items = {}, oneOf, anyOf, additionalProperties, ...rest } = whole(schema, document);
  const either = oneOf ?? anyOf;
  if (either) {
    const fits = either.some((one) => misfits(value, one, document, at).length === 0);
    return fits ? [] : [`${at} is nothing of what it can be: ${JSON.stringify(value)}`];
  }
  const types = [type ?? []].flat();
  if (types.length > 0 && !types.some((type) => TYPES[type](value))) return [`${at} is not ${types.join(" or ")}`];
  if (rest.enum && !rest.enum.includes(value)) return [`${at} is not among ${rest.enum}`];
  if (Array.isArray(value)) return value.flatMap((item, i) => misfits(item, items, document, `${at}[${i}]`));
  if (!properties || value === null || typeof value !== "object") return [];
  const lacking = required.filter((name) => !(name in value)).map((name) => `${at} lacks ${name}`);
  return lacking.concat(Object.entries(value).flatMap(([name, inner]) => {
    if (properties[name]) return misfits(inner, properties[name], document, `${at}.${name}`);
    return additionalProperties ? [] : [`${at}.${name} is not documented`];
  }));
}

/** A schema without references, and with all its parts in one. */
function whole(schema, document) {
  if (schema.$ref) {
    const parts = schema.$ref.slice("#/".length).split("/");
    return whole(parts.reduce((found, part) => found[part], document), document);
  }
  if (!schema.allOf) return schema;
  return schema.allOf.map((part) => perhaps(whole(part, document), document)).reduce((all, part) => ({
    ...all, ...part,
    properties: { ...all.properties, ...part.properties },
    required: [...all.required ?? [], ...part.required ?? []],
  }), {});
}

const TYPES = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  array: Array.isArray,
  object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
  null: (value) => value === null,
};

/** A part that may be there or not, as one whose fields are all optional. */
function perhaps(part, document) {
  if (!part.oneOf?.some(({ type }) => type === "null")) return part;
  return { properties: whole(part.oneOf.find(({ type }) => type !== "null"), document).properties };
}
